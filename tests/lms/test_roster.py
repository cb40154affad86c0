"""roster.csv is understood as each system writes it; who is who is never guessed."""

from pathlib import Path

import pytest

from autograders.lms.person import Person, safe_id
from autograders.lms.roster import WrongRoster, read_roster

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,01-small (4314282),Final Score\r\n"
    ",,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,12,(read only)\r\n"
    '"King, Ada",12345,900,ada.k,"CS 1 and CS 2",,\r\n'
    '"Student, Test",99,,b1946ac92492d2347c6235b4d2611184,CS 1,,\r\n'
)
MOODLE = "First name,Surname,ID number,Email address,Groups\nAda,King,900,ada@uni.edu,CS 1\n"
WORKSHEET = "Identifier;Full name;Email address;Status\nParticipant 41;Ada King;ada@uni.edu;-\n"
GRADESCOPE = "First Name,Last Name,SID,Email,Sections\nAda,King,900,ada@uni.edu,CS 1\n"
OWN = "id,first_name,last_name,email,lms_user_id,section\nada,Ada,King,ada@uni.edu,12345,CS 1\n"


@pytest.mark.parametrize(
    ("text", "student", "section"),
    [
        (CANVAS, "ada.k", "CS 1 and CS 2"),
        (MOODLE, "900", "CS 1"),
        (WORKSHEET, "ada@uni.edu", ""),
        (GRADESCOPE, "900", "CS 1"),
        (OWN, "ada", "CS 1"),
    ],
)
def test_each_systems_list_of_students_is_a_roster(
    text: str, student: str, section: str, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    [person] = read_roster(tmp_path).people
    assert (person.student, person.section) == (student, section)
    assert person.names() == ("Ada", "King")


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (CANVAS, Person(name="someone", lms_user_id="12345")),
        (CANVAS, Person(name="kingada")),
        (CANVAS, Person(name="Ada King", sis_user_id="900")),
        (WORKSHEET, Person(name="Participant", participant="41")),
        (WORKSHEET, Person(name="ADA  KING", participant="77")),
        (GRADESCOPE, Person(name="A. K.", email="Ada@uni.edu")),
    ],
)
def test_a_student_is_found_by_number_id_email_or_name(
    text: str, described: Person, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    roster = read_roster(tmp_path)
    assert roster.find(described) == roster.people[0]
    assert roster.find(Person(name="Grace Hopper", lms_user_id="1", participant="1")) is None


def test_a_name_that_two_have_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("id,name,section\na,Ada King,1\nb,King Ada,2\n")
    assert read_roster(tmp_path).find(Person(name="Ada King")) is None


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (CANVAS, Person(name="kingada", lms_user_id="54321")),
        (GRADESCOPE, Person(name="Ada King", sis_user_id="901")),
        (MOODLE, Person(name="Ada King", email="mallory@uni.edu")),
    ],
)
def test_a_name_does_not_outweigh_another_number(
    text: str, described: Person, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    assert read_roster(tmp_path).find(described) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,points\nAda,5\n", "has none of the columns id, sis login id"),
        (b"id,name\na,Ada\n,Grace\n", "line 3 has no id, login, number or e-mail"),
        (b"id,name\na+b,Ada\na b,Grace\n", "lines 2 and 3 are both a-b"),
        (b"id,name\n1,Zo\xeb\n", "is no text in UTF-8"),
        (b"", "has none of the columns"),
    ],
)
def test_a_roster_that_is_none_says_what_is_wrong(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(WrongRoster) as raised:
        read_roster(tmp_path)
    assert reason in raised.value.message


@pytest.mark.parametrize(
    ("text", "student"),
    [
        ("ada+cs@uni.edu", "ada-cs@uni.edu"),
        ("../../etc", "etc"),
        (" -Ada [King]* ", "Ada-King"),
        (".hidden", "hidden"),
        ("Zoe\u0308", "Zoë"),
        ("///", ""),
        ("x" * 300, "x" * 100),
    ],
)
def test_an_id_is_a_safe_name_of_a_folder(text: str, student: str) -> None:
    assert safe_id(text) == student
