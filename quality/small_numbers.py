"""When a share says something: the kernel's rule, under the name that the dashboard knows."""

from bureau.small_numbers import FEWEST_FOR_A_RANK, FEWEST_FOR_A_SHARE, Share

__all__ = ["FEWEST_FOR_A_RANK", "FEWEST_FOR_A_SHARE", "Share"]
