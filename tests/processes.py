"""Processes looked at from outside: any of them may go away between being listed and being looked at."""

import psutil


def lives(process: psutil.Process) -> bool:
    """Neither gone nor a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pid_lives(pid: int) -> bool:
    try:
        return lives(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; none when it is gone by now."""
    try:
        return process.cmdline() if lives(process) else []
    except psutil.NoSuchProcess:
        return []
