"""What the audit of the dependencies says, and when it fails."""

from tests import audit

SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
UNKNOWN = {"name": "keras", "skip_reason": "Dependency not found"}


def hole(*fixed):
    return {"id": "PYSEC-2026-1", "fix_versions": list(fixed), "aliases": [], "description": "…"}


def test_a_vulnerable_version_fails_it_with_the_one_to_take():
    holes = [hole("12.3.1"), hole()]
    status, said = audit.judged(
        {"dependencies": [SOUND, {"name": "pillow", "version": "12.3.0", "vulns": holes}]}
    )
    assert status == 1
    assert said == [
        "pillow 12.3.0 is vulnerable: PYSEC-2026-1, fixed in 12.3.1.",
        "pillow 12.3.0 is vulnerable: PYSEC-2026-1, not fixed yet.",
    ]


def test_what_could_not_be_looked_up_is_not_called_sound():
    assert audit.judged({"dependencies": [UNKNOWN]}) == (
        0,
        ["The dependencies were not audited: the advisories could not be had."],
    )
    assert audit.judged({"dependencies": [SOUND, UNKNOWN]})[1] == [
        "No vulnerability is known in 1 dependencies; 1 could not be looked up."
    ]
    assert audit.judged({"dependencies": [SOUND]}) == (0, ["No vulnerability is known in 1 dependencies."])
