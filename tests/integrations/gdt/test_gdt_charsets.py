from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.gdt.parser import GdtRecord, read_gdt
from integrations.gdt.writer import UnableToWriteGdt, write_record

ALPHABETS = {
    "1": ascii_letters + "äöüßÄÖÜ",
    "2": ascii_letters + bytes([*range(0x80, 0x9B), *range(0xA0, 0xA6), 0xE1]).decode("cp437"),
    "3": ascii_letters + "".join(chr(code) for code in range(0xC0, 0x100) if chr(code).isalpha()),
}


def record_of(lines: list[bytes]) -> GdtRecord:
    data = b"".join(b"%03d" % (len(line) + 5) + line + b"\r\n" for line in [b"80006301", *lines])
    [record] = read_gdt(data).records
    return record


def name_and_reasons(lines: list[bytes]) -> tuple[str, list[str]]:
    record = record_of(lines)
    field = record.first("3101")
    assert field
    return field.text, [remark.reason for remark in record.remarks]


@pytest.mark.parametrize("charset", ["1", "2", "3"])
@given(data=st.data())
def test_what_the_strict_writer_writes_is_read_back(charset: str, data: st.DataObject) -> None:
    words = st.text(alphabet=ALPHABETS[charset], min_size=1, max_size=20)
    contents = st.lists(words, min_size=1, max_size=3).map(" ".join)
    written = data.draw(st.lists(st.tuples(st.integers(3000, 3699).map(str), contents), max_size=8))

    [record] = read_gdt(write_record(written, charset=charset)).records

    read = [(field.code, field.text) for field in record.fields if field.code.startswith("3")]
    assert read == written
    assert record.remarks == ()


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        (b"1", rb"Gr}~ner \l [rger"),
        (b"2", b"Gr\x81\xe1ner \x99l \x8erger"),
        (b"3", b"Gr\xfc\xdfner \xd6l \xc4rger"),
    ],
)
def test_each_charset_of_field_9206_is_read(declared: bytes, raw: bytes) -> None:
    assert name_and_reasons([b"9206" + declared, b"3101" + raw]) == ("Grüßner Öl Ärger", [])


def test_cp437_is_what_holds_without_field_9206() -> None:
    assert name_and_reasons([b"3101M\x81ller"]) == ("Müller", [])


def test_windows_bytes_in_iso_8859_1_are_read_as_windows() -> None:
    assert name_and_reasons([b"92063", b"3101O\x92Neill-\x8aime\x9d"])[0] == "O’Neill-Šime"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([b"92063", "3101Müller".encode()], "Müller"),
        ([b"92062", "3101Şimşek-Łuczak".encode()], "Şimşek-Łuczak"),
        ([b"92062", b"3101M\xfcller"], "Müller"),
        ([b"92063", b"3101M\x81ller"], "Müller"),
        ([b"92061", b"3101M\xfcller"], "Müller"),
        ([b"92061", b"3101M\x81ller"], "Müller"),
        ([b"3101M\xfcller"], "Müller"),
    ],
)
def test_bytes_that_contradict_field_9206_win_and_are_reported(lines: list[bytes], name: str) -> None:
    read, reasons = name_and_reasons(lines)

    assert read == name
    assert [reason for reason in reasons if "9206" in reason]


def test_an_unknown_charset_is_reported_once_at_its_line() -> None:
    record = record_of([b"9206X", b"3101Mayer"])

    assert [(remark.line, remark.reason) for remark in record.remarks] == [
        (2, "Feld 9206 nennt einen unbekannten Zeichensatz; gelesen als IBM CP437.")
    ]


def test_a_byte_order_mark_means_utf_8() -> None:
    data = b"\xef\xbb\xbf" + b"01380006301\r\n" + "0153101Wálek".encode() + b"\r\n"

    [record] = read_gdt(data).records

    assert record.first("3101").text == "Wálek"
    assert record.remarks == ()


def test_an_unreadable_byte_is_dropped_and_reported_with_its_line() -> None:
    record = record_of([b"92063", b"3101M\x8d\x81yer\xd7\xa9"])

    assert record.first("3101").text.startswith("M")
    assert any(remark.line == 3 and "nicht lesen" in remark.reason for remark in record.remarks)


@pytest.mark.parametrize(
    ("fields", "charset"),
    [
        ([("3101", "Šime")], "3"),
        ([("3101", "a[b")], "1"),
        ([("3101", "Zoë")], "1"),
        ([("310", "Mayer")], "3"),
        ([("3101", "Ma\r\nyer")], "3"),
        ([("6220", "x" * 991)], "3"),
        ([("6220", "x" * 900)] * 120, "3"),
        ([("3101", "Mayer")], "9"),
    ],
)
def test_the_writer_refuses_what_no_reader_would_read_right(fields: list[tuple[str, str]], charset: str) -> None:
    with pytest.raises(UnableToWriteGdt):
        write_record(fields, charset=charset)
