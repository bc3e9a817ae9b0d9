"""Charts as they are drawn: every number is in the table and at its mark, shares are shares, and texts are text."""

import re
from xml.etree import ElementTree

from twin.chat.charts import Series, bars, heat, line, ranking, stack


def drawn(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)


def told(chart: str) -> list[str]:
    return [title.text or "" for title in drawn(chart).iter("title")]


def cells(chart: str) -> list[list[str]]:
    return [[cell.text or "" for cell in row] for row in drawn(chart).iter("tr")]


def test_bars_are_as_high_as_their_numbers_and_named() -> None:
    chart = bars("Bytes", "Few <b>.", ["a&b", "c"], [Series("you", [4, 2], "mine"), Series("they", [0, 1], "theirs")])
    heights = [float(mark.attrib["height"]) for mark in drawn(chart).iter("rect")]
    assert [height / heights[0] for height in heights] == [1, 0.5, 0.25]
    assert told(chart) == ["a&b: 4 you", "c: 2 you", "c: 1 they"]
    assert cells(chart) == [["", "you", "they"], ["a&b", "4", "0"], ["c", "2", "1"]]
    assert drawn(chart).find(".//svg").attrib["aria-label"] == "Bytes. Few <b>."


def test_shares_make_sides_of_different_size_comparable() -> None:
    chart = bars("Hours", "", ["0", "1"], [Series("you", [1, 3], "mine"), Series("they", [250, 750], "theirs")], shares=True)
    heights = [mark.attrib["height"] for mark in drawn(chart).iter("rect")]
    assert heights[:2] == heights[2:]
    assert cells(chart)[1:] == [["0", "25%", "25%"], ["1", "75%", "75%"]]


def test_a_heat_map_has_a_shade_for_nothing_and_none_for_what_is_not() -> None:
    chart = heat("Week", "", ["Mon", "Tue"], ["0", "1"], [[0, 16], [1, None]])
    assert [mark.attrib["class"] for mark in drawn(chart).iter("rect")] == ["heat0", "heat4", "heat1"]
    assert told(chart) == ["Mon 0: 0 messages", "Mon 1: 16 messages", "Tue 0: 1 messages"]
    assert cells(chart)[2] == ["Tue", "1", ""]


def test_a_line_has_few_points_however_many_steps_there_are() -> None:
    steps = list(range(1, 5001))
    chart = line(
        "Loss", "", [Series("training", [5 - step / 1000 for step in steps], "train"), Series("validation", [3.0, 2.5], "validation")], [steps, [2500, 5000]]
    )
    paths = [path.attrib["d"] for path in drawn(chart).iter("path")]
    assert len(re.findall("[ML]", paths[0])) < 250
    assert len(re.findall("[ML]", paths[1])) == 2
    assert told(chart) == ["step 2,500: 3.000 validation", "step 5,000: 2.500 validation"]
    first, last = (float(point.split()[1]) for point in (paths[0][1:].split(" L")[0], paths[0].split(" L")[-1]))
    assert first < last, "a falling loss goes down"


def test_a_line_of_nothing_is_none_and_one_of_one_step_is_a_point() -> None:
    assert "<svg" not in line("Loss", "", [Series("training", [], "train")], [[]])
    assert "<circle" in line("Loss", "", [Series("training", [2.0], "train")], [[1]])


def test_words_from_a_history_are_text() -> None:
    word = '<img src=x onerror="alert(1)">'
    for chart in (ranking("Words", word, [(word, 2, word)]), stack("Parts", word, [(word, 1, word)]), bars(word, word, [word], [Series(word, [1], "mine")])):
        assert "<img" not in chart
        drawn(chart)
