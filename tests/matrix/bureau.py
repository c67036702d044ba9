"""The kernel: sign-in, people, absences, substitutions, structure, calendar, deeds, notices, settings."""

from datetime import date

from allauth.mfa.models import Authenticator

from bureau.models import Notification
from tests.factories import AbsenceFactory, RoleHoldingFactory, SubstitutionFactory, UnitFactory, UserFactory
from tests.matrix import SIGN_IN, Row

KEEPERS = "peeter jaan tiina admin_user"
EDITORS = "jaan admin_user"
GRANTERS = "admin_user"
STRUCTURE = "jaan"
AUDITORS = "jaan tiina dora"


def colleague(people):
    return {"pk": people.liis.pk}


def own_absence(people):
    return {"pk": AbsenceFactory(user=people.mari, starts_on=date(2031, 3, 3), ends_on=date(2031, 3, 7)).pk}


def foreign_absence(people):
    return {"pk": AbsenceFactory(user=people.liis, starts_on=date(2031, 3, 3), ends_on=date(2031, 3, 7)).pk}


def own_substitution(people):
    """Liis stands in for Mari, who may end it; Peeter has no part in it."""
    given = {"absent": people.mari, "substitute": people.liis, "created_by": people.jaan}
    return {"pk": SubstitutionFactory(starts_on=date(2031, 6, 2), ends_on=date(2031, 6, 6), **given).pk}


def foreign_role(people):
    return {"pk": RoleHoldingFactory(user=people.liis, role="chief_specialist", starts_on=date(2031, 1, 1)).pk}


def notice_of_mari(people):
    return {"pk": Notification.objects.create(user=people.mari, kind="test", url="/").pk}


def unused_unit(people):
    return {"slug": "units", "code": UnitFactory().code}


def listed(slug):
    return lambda _people: {"slug": slug}


def foreign_security_key(people):
    return {"pk": Authenticator.objects.create(user=people.liis, type="webauthn", data={"name": "Võti"}).pk}


OBJECTS = {
    "colleague": colleague,
    "own_absence": own_absence,
    "foreign_absence": foreign_absence,
    "own_substitution": own_substitution,
    "foreign_role": foreign_role,
    "notice_of_mari": notice_of_mari,
    "unused_unit": unused_unit,
    "foreign_security_key": foreign_security_key,
}

PERSON = {
    "first_name": "Uus", "last_name": "Inimene", "email": "uus@example.ee", "language": "et", "workload_share": "1",
}  # fmt: skip
ABSENCE = {"kind": "leave", "starts_on": "2031-05-05", "ends_on": "2031-05-09"}
UNIT = {"name_et": "Uus osakond", "name_en": "New department", "position": "10"}
CLOSURE = {"kind": "closure", "name_et": "Asutuse päev", "name_en": "Agency day"}
REASON = {"reason": "Lahkus töölt"}
# Everybody who is signed in is led on from pages for those who are not.
SIGNED_IN_ARE_SENT_ON = {"may": "all", "answer": 302, "anonymous": 200}

ACCOUNT_ROWS = [
    Row("account_login", **SIGNED_IN_ARE_SENT_ON),
    Row("account_logout", may="all"),
    Row("account_logout", may="all", method="post", answer=SIGN_IN),
    Row("account_inactive", may="all", anonymous=200),
    Row("account_reauthenticate", may="all"),
    Row("account_change_password", may="all"),
    Row("account_reset_password", may="all", anonymous=200),
    Row("account_reset_password_done", may="all", anonymous=200),
    Row(
        "account_reset_password_from_key",
        may="all",
        anonymous=200,
        of=lambda p: {"uidb36": "1", "key": "set-password"},
    ),
    Row("account_reset_password_from_key_done", may="all", anonymous=200),
    Row("account_signup", may="all", anonymous=200),
    Row("socialaccount_signup", may="all", anonymous=200),
    Row("account_email", may="all", answer=302),
    Row("account_email_verification_sent", may="all", answer=302),
    Row("account_confirm_email", may="all", answer=302, of=lambda p: {"key": "x"}),
    Row("account_set_password", may="all", answer=302),
    Row("account_confirm_login_code", may="all", answer=302),
    Row("socialaccount_connections", may="all", answer=302),
    Row("socialaccount_login_cancelled", may="all", anonymous=200),
    Row("socialaccount_login_error", may="all", answer=401),
    # Not configured here; tests/bureau/test_state_sign_in.py walks the whole way.
    Row(
        "openid_connect_login",
        may="all",
        answer=404,
        anonymous=404,
        method="post",
        of=lambda p: {"provider_id": "tara"},
    ),
    Row("openid_connect_callback", may="all", answer=404, anonymous=404, of=lambda p: {"provider_id": "tara"}),
    Row("mfa_index", may="all"),
    Row("mfa_authenticate", may="all", answer=302),
    Row("mfa_reauthenticate", may="all", answer=302),
    # Guarding pages ask for the password once more.
    Row("mfa_activate_totp", may="all", answer=302),
    Row("mfa_deactivate_totp", may="all", answer=404),
    Row("mfa_view_recovery_codes", may="all", answer=404),
    Row("mfa_generate_recovery_codes", may="all", answer=302),
    Row("mfa_download_recovery_codes", may="all", answer=404),
    Row("mfa_list_webauthn", may="all"),
    Row("mfa_add_webauthn", may="all", answer=302),
    Row("mfa_reauthenticate_webauthn", may="all", answer=302),
    Row("mfa_edit_webauthn", may="all", answer=302, of="foreign_security_key"),
    Row("mfa_remove_webauthn", may="all", answer=302, of="foreign_security_key"),
]

ROWS = [
    *ACCOUNT_ROWS,
    Row("healthz", may="all", anonymous=200),
    Row("readyz", may="all", answer=503, anonymous=503),
    Row("bureau:accessibility_statement", may="all", anonymous=200),
    Row("bureau:language_choose", may="all", method="post", data={"language": "et"}, answer=302, anonymous=302),
    Row("bureau:home", may="all", answer=302, answers={"outi": 200, "admin_user": 200, "dora": 200}),
    Row("bureau:waiting", may="all"),
    Row("bureau:settings", may="all"),
    Row("bureau:profile", may="all"),
    Row("bureau:profile", may="all", method="post", data={"language": "en", "density": "dense"}, answer=302),
    Row("bureau:notification_list", may="all"),
    Row("bureau:notification_list", may="all", headers={"HX-Request": "true"}),
    Row("bureau:notification_read", may="mari", of="notice_of_mari", method="post", answer=302, others=404),
    Row("bureau:notification_read_all", may="all", method="post", answer=302),
    # People
    Row("bureau:person_list", may=KEEPERS),
    Row("bureau:person_list", may=KEEPERS, headers={"HX-Request": "true"}),
    Row("bureau:person_detail", may=KEEPERS, of="colleague"),
    Row("bureau:person_add", may=EDITORS),
    Row("bureau:person_add", may=EDITORS, method="post", data=PERSON, answer=302),
    Row("bureau:person_edit", may=EDITORS, of="colleague"),
    Row("bureau:person_edit", may=EDITORS, of="colleague", method="post", data=PERSON, answer=302),
    Row("bureau:person_close", may=GRANTERS, of="colleague"),
    Row("bureau:person_close", may=GRANTERS, of="colleague", method="post", data=REASON, answer=302),
    Row("bureau:person_open", may=GRANTERS, of=lambda p: {"pk": UserFactory(is_active=False).pk}, method="post", answer=302),
    Row("bureau:person_invite", may=GRANTERS, of="colleague", method="post", answer=302),
    Row("bureau:person_reset_second_factor", may=GRANTERS, of="colleague"),
    Row("bureau:person_reset_second_factor", may=GRANTERS, of="colleague", method="post", data=REASON, answer=302),
    Row("bureau:role_grant", may=GRANTERS, of="colleague"),
    Row(
        "bureau:role_grant", may=GRANTERS, of="colleague", method="post", answer=302,
        data={"role": "chief_specialist", "starts_on": "2031-01-01"},
    ),
    Row("bureau:role_end", may=GRANTERS, of="foreign_role"),
    Row("bureau:role_end", may=GRANTERS, of="foreign_role", method="post", data={"last_day": "2031-05-01"}, answer=302),
    # Absences: one's own by everybody, others' by those who keep absences
    Row("bureau:absence_list", may="all"),
    Row("bureau:absence_list", may="all", query="?month=2031-03", of=""),
    Row("bureau:absence_add", may="all"),
    Row(
        "bureau:absence_add", may="all", method="post", answer=302,
        data=lambda p: {**ABSENCE, "person": p.liis.pk},  # those who may not choose a person record their own
    ),
    Row("bureau:absence_edit", may="mari peeter jaan tiina", of="own_absence", others=404),
    Row("bureau:absence_edit", may="peeter jaan tiina", of="foreign_absence", others=404),
    Row("bureau:absence_edit", may="peeter jaan tiina", of="foreign_absence", others=404, method="post", data=ABSENCE, answer=302),
    Row("bureau:absence_remove", may="mari peeter jaan tiina", of="own_absence", others=404),
    Row("bureau:absence_remove", may="peeter jaan tiina", of="foreign_absence", others=404, method="post", answer=302),
    Row("bureau:substitution_list", may="all"),
    Row("bureau:substitution_add", may="jaan tiina"),
    Row(
        "bureau:substitution_add", may="jaan tiina", method="post", answer=302,
        data=lambda p: {"absent": p.mari.pk, "substitute": p.liis.pk, "starts_on": "2031-02-03", "ends_on": "2031-02-07"},
    ),
    Row("bureau:substitution_end", may="mari jaan tiina", of="own_substitution", others=404),
    Row(
        "bureau:substitution_end", may="mari jaan tiina", of="own_substitution", others=404, method="post", answer=302,
        data={"reason": "Tuli varem tagasi"},
    ),
    # Structure
    Row("bureau:structure", may=STRUCTURE),
    *(
        Row(page, may=STRUCTURE, of=listed(slug))
        for slug in ("units", "services", "topics", "channels", "outside-bodies", "restriction-bases", "causes", "next-instances")
        for page in ("bureau:structure_list", "bureau:structure_add")
    ),
    Row("bureau:structure_add", may=STRUCTURE, of=listed("units"), method="post", data=UNIT, answer=302),
    Row("bureau:structure_edit", may=STRUCTURE, of="unused_unit"),
    Row("bureau:structure_edit", may=STRUCTURE, of="unused_unit", method="post", data=UNIT, answer=302),
    Row("bureau:structure_close", may=STRUCTURE, of="unused_unit"),
    Row("bureau:structure_close", may=STRUCTURE, of="unused_unit", method="post", data={"last_day": "2031-01-01"}, answer=302),
    Row("bureau:structure_delete", may=STRUCTURE, of="unused_unit"),
    Row("bureau:structure_delete", may=STRUCTURE, of="unused_unit", method="post", answer=302),
    # Calendar
    Row("bureau:calendar", may="all", answer=302),
    Row("bureau:calendar_year", may="all", of=lambda p: {"year": 2026}),
    Row("bureau:calendar_year_fill", may="jaan", of=lambda p: {"year": 2090}, method="post", answer=302),
    Row("bureau:calendar_day", may="jaan", of=lambda p: {"day": date(2031, 5, 5)}),
    Row("bureau:calendar_day", may="jaan", of=lambda p: {"day": date(2031, 5, 5)}, method="post", data=CLOSURE),
    Row(
        "bureau:calendar_day", may="jaan", of=lambda p: {"day": date(2031, 5, 5)}, method="post", answer=302,
        data={**CLOSURE, "apply": "yes"},
    ),
    Row("bureau:opening_hours", may="jaan"),
    Row(
        "bureau:opening_hours", may="jaan", method="post", answer=302,
        data={"valid_from": "2031-01-01", "opens_0": "09:00", "closes_0": "16:00"},
    ),
    # Trust
    Row("bureau:audit", may=AUDITORS),
    Row("bureau:audit", may=AUDITORS, query="?what=person&since=2026-01-01", headers={"HX-Request": "true"}),
    Row("bureau:reading_trail", may="dora"),
]  # fmt: skip
