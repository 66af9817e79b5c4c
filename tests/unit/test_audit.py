"""What the audit of the dependencies says, and when it fails."""

import pytest

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
    assert audit.judged({"dependencies": [UNKNOWN]}) == (0, [audit.UNREACHED])
    assert audit.judged({"dependencies": [SOUND, UNKNOWN]})[1] == [
        "No vulnerability is known in 1 dependencies; 1 could not be looked up."
    ]
    assert audit.judged({"dependencies": [SOUND]}) == (0, ["No vulnerability is known in 1 dependencies."])


@pytest.mark.parametrize("answer", [None, {"dependencies": [UNKNOWN]}])
def test_where_one_package_cannot_be_looked_up_the_others_are_not_asked_for(monkeypatch, capsys, answer):
    asked = []

    def report(pinned, patience):
        asked.append(pinned)
        return answer

    monkeypatch.setattr(audit, "report", report)
    assert audit.main() == 0
    assert [len(pinned) for pinned in asked] == [1]
    assert capsys.readouterr().out.strip() == audit.UNREACHED


def test_where_it_can_all_pinned_packages_are(monkeypatch):
    asked = []

    def report(pinned, patience):
        asked.append(pinned)
        return {"dependencies": [SOUND]}

    monkeypatch.setattr(audit, "report", report)
    assert audit.main() == 0
    pinned = [line for line in audit.LOCK.read_text().splitlines() if "==" in line]
    assert asked == [pinned[:1], pinned]
    assert len(pinned) > 50
