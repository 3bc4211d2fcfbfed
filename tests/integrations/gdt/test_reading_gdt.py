import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.gdt.parser import GdtError, GdtRecord, read_gdt
from integrations.gdt.writer import write_record

ANNA = [("3000", "1001"), ("3101", "Mayer"), ("3102", "Anna"), ("3103", "14091942")]


def only_record(data: bytes) -> GdtRecord:
    content = read_gdt(data)
    assert content.errors == ()
    [record] = content.records
    return record


def texts(record: GdtRecord) -> dict[str, str]:
    return {field.code: field.text for field in record.fields}


def reasons(record: GdtRecord) -> list[tuple[int, str]]:
    return [(remark.line, remark.reason) for remark in record.remarks]


def test_it_reads_the_verified_sample_of_the_reference() -> None:
    data = (
        b"01380006301\r\n014810000100\r\n014921802.10\r\n011300098\r\n"
        b"0153101Sierra\r\n0163102Rudolph\r\n017310312031960\r\n"
    )

    record = only_record(data)

    assert record.record_type == "6301"
    assert texts(record)["3101"] == "Sierra"
    assert texts(record)["3103"] == "12031960"
    assert record.remarks == ()


@pytest.mark.parametrize("ending", [b"\n", b"\r\r\n", b"\r"])
def test_it_reads_other_line_ends_with_the_same_line_numbers(ending: bytes) -> None:
    record = only_record(write_record(ANNA).replace(b"\r\n", ending))

    assert texts(record)["3101"] == "Mayer"
    assert record.first("3101").line == 6


def test_lengths_counted_with_bare_line_feeds_are_no_mistake() -> None:
    record = only_record(write_record(ANNA).replace(b"\r\n", b"\n"))

    assert record.remarks == ()


def test_a_wrong_length_prefix_is_tolerated_and_named_with_its_line() -> None:
    record = only_record(write_record(ANNA).replace(b"0143101Mayer", b"0993101Mayer"))

    assert texts(record)["3101"] == "Mayer"
    assert reasons(record) == [(6, "Die Zeile nennt die Länge 099, sie ist 14 lang.")]


def test_a_prefix_that_is_no_number_is_tolerated_too() -> None:
    record = only_record(write_record(ANNA).replace(b"0143101Mayer", b"xx 3101Mayer"))

    assert texts(record)["3101"] == "Mayer"
    assert [line for line, _ in reasons(record)] == [6]


def test_a_wrong_record_length_is_tolerated_and_named() -> None:
    data = write_record(ANNA)
    wrong = data.replace(b"8100%05d" % len(data), b"810000999")

    record = only_record(wrong)

    assert reasons(record) == [(2, f"Feld 8100 nennt die Satzlänge 999, gelesen wurden {len(data)}.")]


def test_a_missing_last_line_end_is_no_cut() -> None:
    record = only_record(write_record(ANNA).removesuffix(b"\r\n"))

    assert texts(record)["3103"] == "14091942"
    assert record.remarks == ()


def test_a_record_that_breaks_off_is_an_error_at_its_last_line() -> None:
    content = read_gdt(write_record(ANNA)[:-6])

    assert content.records == ()
    assert [(error.line, "bricht hier ab" in error.reason) for error in content.errors] == [(8, True)]


def test_a_record_without_8100_that_breaks_off_is_an_error_too() -> None:
    content = read_gdt(b"01380006301\r\n0143101Mayer\r\n0173103140919")

    assert [(error.line, error.reason) for error in content.errors] == [
        (3, "Der Satz bricht mitten in dieser Zeile ab.")
    ]


def test_whole_records_before_a_cut_are_kept() -> None:
    content = read_gdt(write_record(ANNA) + write_record(ANNA)[:60])

    assert len(content.records) == 1
    assert len(content.errors) == 1


def test_several_records_in_one_file_keep_their_line_numbers() -> None:
    content = read_gdt(write_record(ANNA) + write_record([("3101", "Weiß")]))

    assert [record.line for record in content.records] == [1, 9]
    assert content.records[1].first("3101").line == 13


def test_a_line_that_is_no_field_is_skipped_and_named() -> None:
    record = only_record(write_record(ANNA) + b"Rest eines umbrochenen Textes\r\n")

    assert reasons(record) == [(9, "Die Zeile ist kein GDT-Feld und wurde übergangen.")]


def test_blank_lines_and_the_dos_end_mark_say_nothing() -> None:
    record = only_record(b"\r\n" + write_record(ANNA) + b"\r\n\x1a\x00")

    assert record.remarks == ()
    assert record.first("3101").line == 7


def test_many_remarks_are_summed_up() -> None:
    record = only_record(write_record(ANNA) + b"kein Feld\r\n" * 500)

    assert len(record.remarks) == 26
    assert record.remarks[-1].reason == "… und 475 weitere Hinweise zu diesem Satz."


def test_lines_before_the_first_record_are_one_error() -> None:
    content = read_gdt(b"0143101Mayer\r\n0133102Anna\r\n" + write_record(ANNA))

    assert len(content.records) == 1
    assert [(error.line, error.reason) for error in content.errors] == [
        (1, "Der Satz beginnt nicht mit der Feldkennung 8000.")
    ]


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x00\x00", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(GdtError) as caught:
        read_gdt(data)
    assert (caught.value.line, caught.value.reason) == (1, "Die Datei ist leer.")


def test_something_else_than_gdt_is_refused() -> None:
    with pytest.raises(GdtError, match="keine GDT-Datei"):
        read_gdt(b"%PDF-1.7 not a GDT file\n")


def test_control_characters_never_reach_the_text() -> None:
    record = only_record(b"01380006301\r\n0173101Ma\x00y\x07er\t\r\n")

    assert texts(record)["3101"] == "Ma y er"


def looks_like_gdt() -> st.SearchStrategy[bytes]:
    heads = st.sampled_from([b"0138000", b"0148100", b"0109206", b"0173103", b"0143101", b"", b"99"])
    ends = st.sampled_from([b"\r\n", b"\n", b"\r", b""])
    lines = st.builds(lambda head, body, end: head + body + end, heads, st.binary(max_size=12), ends)
    return st.lists(lines, max_size=12).map(b"".join)


@given(data=st.one_of(st.binary(max_size=300), looks_like_gdt()))
def test_no_bytes_raise_anything_but_the_named_error(data: bytes) -> None:
    try:
        content = read_gdt(data)
    except GdtError as error:
        refused = error
    else:
        assert content.records or content.errors
        assert all(field.text.isprintable() for record in content.records for field in record.fields)
        return
    assert refused.line >= 1
    assert refused.reason
