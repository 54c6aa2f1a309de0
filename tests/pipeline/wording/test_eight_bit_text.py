"""What is said of a network in 8 bits."""

from __future__ import annotations

from typing import Any

from pipeline.wording import eight_bit_text


def found(only_a: int = 3, only_b: int = 1, split: str = "test") -> dict[str, Any]:
    side = {"bytes": 8_851_360, "milliseconds": 7.95, "accuracy": 0.98, "low": 0.95, "high": 0.99}
    pairs = {"both_right": 190, "only_a": only_a, "only_b": only_b, "both_wrong": 6}
    return {
        "split": split,
        "pairs": pairs,
        "before": side,
        "after": side | {"bytes": 2_697_776, "milliseconds": 3.3, "accuracy": 0.955},
    }


def test_the_table_has_both_sides() -> None:
    lines = eight_bit_text.table(found()).split("\n")
    assert lines[0] == "| | As it is | In 8 bits |"
    assert "| Size | 8.9 MB | 2.7 MB |" in lines
    assert "| Time for a photo | 8.0 ms | 3.3 ms |" in lines
    assert "| Right | 98.0 % | 95.5 % |" in lines
    assert "| 95 % interval | 95.0 to 99.0 % | 95.0 to 99.0 % |" in lines


def test_the_verdict_names_the_photos_and_the_difference() -> None:
    said = eight_bit_text.verdict(found())
    assert said.startswith("Both were asked about 200 test photos: ")
    assert "no real difference" in said
    assert "In points: \N{MINUS SIGN}1.0 (" in said
    assert "200 validation photos" in eight_bit_text.verdict(found(split="validation"))
    lost = eight_bit_text.verdict(found(only_a=40, only_b=0))
    assert "the network as it is is better" in lost


def test_a_refusal_is_one_sentence_with_the_numbers() -> None:
    said = eight_bit_text.too_much(found(only_a=12, only_b=1), 1.0)
    assert "right on 191 of 209 test photos instead of 202: 5.3 points less, and 1 are" in said


def test_the_card_says_of_which_network_it_speaks() -> None:
    said = eight_bit_text.for_a_card(found())
    assert said.startswith("## In 8 bits")
    assert "of the network as it was" in said


def test_photos_that_it_learned_from_promise_nothing_of_new_ones() -> None:
    learned = found(split="validation") | {"learned": True}
    said = eight_bit_text.verdict(learned)
    assert "200 validation photos, from which the network learned, too: " in said
    assert "In points" not in said and "right less often on new photos" in said
    assert "95 % interval" not in eight_bit_text.table(learned)
    assert "95 % interval" in eight_bit_text.table(found(split="validation"))
