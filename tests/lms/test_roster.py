"""roster.csv is understood as each system writes it; who is who is never guessed."""

from pathlib import Path

import pytest

from autograders.lms.person import Person, safe_id
from autograders.lms.roster import Roster, WrongRoster, read_roster

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,01-small (4314282),Final Score\r\n"
    ",,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,12,(read only)\r\n"
    '"King, Ada",12345,900,ada.k,"CS 1 and CS 2",,\r\n'
    '"Student, Test",99,,b1946ac92492d2347c6235b4d2611184,CS 1,,\r\n'
)
MOODLE = "First name,Surname,ID number,Email address,Groups\nAda,King,900,ada@uni.edu,CS 1\n"
WORKSHEET = "Identifier;Full name;Email address;Status\nParticipant 41;Ada King;ada@uni.edu;-\n"
TWO_COLUMNS = (
    "\ufeffLastName;FirstName;ID;SIS User ID;SIS Login ID;Group;Section;a,b,c,d,e,f,g,h (7)\r\n"
    ";;;;;;;Manual Posting\r\n"
    "    Points Possible;;;;;;;100\r\n"
    'King;Ada;12345;="900";ada.k;;CS 1;\r\n'
    'King;Ada;12345;="900";ada.k;;CS 2;\r\n'
    "Test;Student;99;;b1946ac92492d2347c6235b4d2611184;;CS 1;\r\n"
)
NO_SIS = "SIS Login ID,Section,ID,Student\nada.k,CS 1,12345,Ada King\n,CS 1,99,Test Student\n"
EXCEL = "sep=;\r\nStudent;ID;Section\r\nAda King;12345;CS 1\r\n"
GRADESCOPE = "First Name,Last Name,SID,Email,Sections\nAda,King,900,ada@uni.edu,CS 1\n"
OWN = "id,first_name,last_name,email,lms_user_id,section\nada,Ada,King,ada@uni.edu,12345,CS 1\n"


@pytest.mark.parametrize(
    ("text", "student", "section"),
    [
        (CANVAS, "ada.k", "CS 1 and CS 2"),
        (TWO_COLUMNS, "ada.k", "CS 1 and CS 2"),
        (TWO_COLUMNS.replace(";", "\t"), "ada.k", "CS 1 and CS 2"),
        (NO_SIS, "ada.k", "CS 1"),
        (EXCEL, "12345", "CS 1"),
        (MOODLE, "900", "CS 1"),
        (WORKSHEET, "ada@uni.edu", ""),
        (GRADESCOPE, "900", "CS 1"),
        (OWN, "ada", "CS 1"),
    ],
)
def test_each_systems_list_of_students_is_a_roster(
    text: str, student: str, section: str, tmp_path: Path
) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        content = text.removeprefix("\ufeff").encode(encoding)
        (tmp_path / "roster.csv").write_bytes(content)
        [person] = read_roster(tmp_path).people
        assert (person.student, person.section) == (student, section)
        assert person.names() == ("Ada", "King")
        assert person.sis_user_id in ("900", "")


@pytest.mark.parametrize("text", [CANVAS, TWO_COLUMNS, NO_SIS])
def test_canvass_test_student_is_known_and_no_student(text: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    roster = read_roster(tmp_path)
    assert [person.lms_user_id for person in roster.test_students] == ["99"]
    assert roster.is_test_student(Person(name="studenttest", lms_user_id="99"))
    assert roster.is_test_student(Person(name="renamed", lms_user_id="99"))
    assert not roster.is_test_student(Person(name="studenttest", lms_user_id="12345"))
    assert Roster().is_test_student(Person(name="studenttest", lms_user_id="99"))


@pytest.mark.parametrize(
    "row", ['"Student, Test",99,S7,abba,CS 1', '"Student, Test",99,,stest,CS 1']
)
def test_a_person_whose_name_is_test_student_is_a_student(row: str, tmp_path: Path) -> None:
    head = "Student,ID,SIS User ID,SIS Login ID,Section"
    (tmp_path / "roster.csv").write_text(f"{head}\n{row}\n")
    roster = read_roster(tmp_path)
    assert [person.student for person in roster.people] == [row.split(",")[4]]
    assert not roster.is_test_student(Person(name="studenttest", lms_user_id="99"))


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (CANVAS, Person(name="someone", lms_user_id="12345")),
        (CANVAS, Person(name="kingada")),
        (CANVAS, Person(name="Ada King", sis_user_id="900")),
        (WORKSHEET, Person(name="Participant", participant="41")),
        (TWO_COLUMNS, Person(name="kingada", lms_user_id="12345")),
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


def test_names_that_differ_in_their_vowels_are_two(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("id,name\na,राम\n", encoding="utf-8")
    assert read_roster(tmp_path).find(Person(name="रीम")) is None


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
        (b"sep=,\nid,name\na,Ada\n,Grace\n", "line 4 has no id, login, number or e-mail"),
        (b"Student,ID,Section\nAda,1,\nGrace,,CS 1\n", "line 3 has no id, login, number or"),
        (b"Student,ID,Section\nAda,1,\nGrace,1,\n", "lines 2 and 3 are both 1"),
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
        ("राम", "राम"),
        ("\u0301x", "x"),
        ("x" * 300, "x" * 100),
    ],
)
def test_an_id_is_a_safe_name_of_a_folder(text: str, student: str) -> None:
    assert safe_id(text) == student
