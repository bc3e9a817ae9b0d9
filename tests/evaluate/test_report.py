"""report.html: everything that was measured is in it, whatever anybody has said is text in it, and it asks for nothing.

`SCREENSHOTS=DIR` keeps report-light.png, report-dark.png and report-phone.png there.
"""

import json
import math
import re
import stat
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.browsing import Visit, picture
from tests.evaluate.invented import DATASET, EXAMPLES, FEATURES, HOSTILE, scorecard, training
from twin.config import Config
from twin.evaluate.advice import advise, feature
from twin.evaluate.intervals import Value
from twin.evaluate.report import Example, headline, page, write_page
from twin.evaluate.table import METRICS, Better, Standing, metric_of, standing, way
from twin.schema import Turn


def drawn(report: dict[str, Any], *, examples: list[Example] | None = None, lines: list[dict[str, Any]] | None = None, advice: list[str] | None = None) -> str:
    return page(report, EXAMPLES if examples is None else examples, training() if lines is None else lines, advice or [])


def parsed(text: str) -> ElementTree.Element:
    """The page's body: of what is no element there is nothing in it that XML would mind."""
    return ElementTree.fromstring(text[text.index("<main>") : text.index("</main>") + len("</main>")])


def words(element: ElementTree.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def section(text: str, title: str) -> ElementTree.Element:
    return next(one for one in parsed(text).iter("section") if one.findtext("h2") == title)


def test_the_headline_is_the_mean_of_the_shares_between_a_stranger_and_the_person() -> None:
    report = scorecard() | {"headline": {"auc_characters": 0.6, "style": 1.4, "chrf": -0.5, "copied": 0.9}}
    assert way(report) == pytest.approx((0.6 + 1 + 0) / 3), "what lies beyond counts as there; what was copied is no part of it"
    assert headline(report) == "Your twin is 53\u00a0% of the way from a stranger to you."
    assert words(parsed(drawn(report)).find("header/h1")) == "Your twin is 53 % of the way from a stranger to you."
    assert headline(report | {"headline": {"style": -0.1}}) == "So far your twin is no closer to you than a stranger is."
    assert headline({}) == "How close your twin is to you cannot be told yet."


def test_every_metric_and_row_is_in_the_table_with_its_interval() -> None:
    report = scorecard()
    report["metrics"]["something_new"] = {"twin": {"value": 0.25, "low": 0.125, "high": 0.5, "n": 9}}
    table = section(drawn(report), "The whole table")
    rows = {row.find("th").text: row for row in table.iter("tr") if row.find("th[@scope='row']") is not None}
    assert list(rows) == [metric.title for metric in METRICS if metric.name in report["metrics"]] + ["something new"]
    for name, measured in report["metrics"].items():
        metric, row = metric_of(name), rows[metric_of(name).title]
        for which, value in measured.items():
            cell = row.find(f"td[@class='{which}']")
            ends = f" {metric.shown(value['low'])} to {metric.shown(value['high'])}" if value["high"] > value["low"] else ""
            assert words(cell) == metric.shown(value["value"]) + ends, (name, which)
    assert words(rows["something new"].find("td[@class='twin']")) == "0.250 0.125 to 0.500"
    assert rows["Your next words"].find("td[@class='none person']") is not None, "nobody can be as sure of their words as they are"
    left_out = words(table.find("ul"))
    assert left_out == "Taken for you among many : fewer than ten people with 200 messages each: 4 Different threes of words : fewer than 1,000 words"


def of(value: float, spread: float = 0.02) -> Value:
    return Value(value, value - spread, value + spread, 50)


@pytest.mark.parametrize(
    ("name", "rows", "stands"),
    [
        ("bits_per_byte", {"base": of(2.5), "twin": of(2.2)}, "reached"),
        ("bits_per_byte", {"base": of(2.5), "twin": of(2.26)}, "within noise"),
        ("bits_per_byte", {"base": of(2.5), "twin": of(2.4)}, "missed"),
        ("choice", {"twin": of(0.55)}, "reached"),
        ("choice", {"twin": of(0.52)}, "missed"),
        ("auc_characters", {"twin": of(0.64)}, "reached"),
        ("auc_characters", {"twin": of(0.36)}, "reached"),
        ("auc_characters", {"twin": of(0.66)}, "within noise"),
        ("auc_characters", {"twin": of(0.3)}, "missed"),
        ("attribution", {"twin": of(0.5), "person": of(0.6)}, "reached"),
        ("attribution", {"twin": of(0.4), "person": of(0.6)}, "missed"),
        ("chrf", {"twin": of(13.0), "retrieval": of(14.0)}, "missed"),
        ("copied", {"twin": of(0.04), "person": of(0.05)}, "reached"),
        ("copied", {"twin": of(0.09), "person": of(0.05)}, "missed"),
        ("distinct_2", {"twin": of(0.7), "person": of(0.76)}, "missed"),
        ("style", {"base": of(0.1)}, None),
        ("copied", {"twin": of(0.04)}, None),
        ("style", {"twin": Value(math.nan, math.nan, math.nan, 0)}, None),
    ],
)
def test_an_aim_is_reached_missed_or_within_noise(name: str, rows: dict[str, Value], stands: str | None) -> None:
    assert standing(metric_of(name), rows, {}) == (Standing(stands) if stands else None)


@pytest.mark.parametrize(("change", "stands"), [(of(-0.1), "reached"), (of(-0.01), "within noise"), (of(0.1), "missed")])
def test_the_next_words_must_also_be_better_than_with_examples_beyond_noise(change: Value, stands: str) -> None:
    assert standing(metric_of("bits_per_byte"), {"base": of(2.5), "twin": of(2.0)}, {"twin-few_shot": change}) == stands


def test_a_figure_is_written_as_people_write_it() -> None:
    metric = metric_of("copied")
    assert (metric.shown(0.0371), metric.shown(-0.0001), metric.shown(0.012, signed=True), metric.shown(math.nan)) == ("3.7 %", "0.0 %", "+1.2 points", "?")
    assert all(metric.says.endswith(".") and metric.aim_says and metric.short.isalpha() for metric in METRICS)
    assert {metric.better for metric in METRICS} == set(Better)


def test_the_radar_has_a_point_for_each_measure_as_far_out_as_its_share() -> None:
    report = scorecard() | {"headline": {"style": 1.0, "chrf": 0.0, "similarity": 0.5, "attribution": 9.0}}
    radar = section(drawn(report), "What that is made of").find(".//svg[@class='radar']")
    shapes = {
        group.attrib["class"]: [tuple(map(float, point.split(","))) for point in group.find("polygon").attrib["points"].split()] for group in radar.iter("g")
    }
    assert list(shapes) == ["another", "person", "twin"]
    (x, top), (_, low) = shapes["person"][0], shapes["another"][0]
    author, habits, letters, topics = shapes["twin"]
    assert author[0] == x
    assert author[1] < top, "beyond the person"
    assert top - author[1] < 20, "but in the picture"
    assert habits == shapes["person"][1]
    assert letters == shapes["another"][2]
    assert topics[0] == pytest.approx((shapes["person"][3][0] + shapes["another"][3][0]) / 2, abs=0.1)
    assert top < low
    told = [words(text) for text in radar.iter("text")]
    assert told == ["author 900 %", "habits 100 %", "letters 0 %", "topics 50 %"]
    assert "Habits within your range: 100\u00a0%" in radar.attrib["aria-label"]


def test_fewer_than_three_measures_are_no_polygon() -> None:
    made_of = section(drawn(scorecard() | {"headline": {"style": 0.8, "chrf": 0.4}}), "What that is made of")
    assert made_of.find(".//svg[@class='radar']") is None
    assert [words(share) for share in made_of.iter("h3")] == ["Habits within your range 80 %", "Letters shared with your reply 40 %"]
    assert [mark.attrib["cx"] for mark in made_of.iter("circle")] == ["80.00%", "40.00%"]


def test_real_and_twin_stand_side_by_side() -> None:
    talks = list(section(drawn(scorecard()), "Side by side").iter("article"))
    assert [words(talk) for talk in (talks[0], talks[2])] == [
        "Anna are you coming tonight? we start at eight You yep bringing the cake 🎂 Your twin yes! what should i bring",
        "Работа Борис ты где? You еду минут 10 ещё Your twin уже выхожу",
    ]
    assert words(talks[1]).startswith("Anna … not yet it's huge like an airport haha"), "of a long talk the end"
    assert "(nothing)" in drawn(scorecard(), examples=[Example((), "Anna", ("ok",), ())])


def test_a_habit_lies_in_its_band_or_outside() -> None:
    habits = section(drawn(scorecard()), "Your habits of writing")
    assert "In 6 of 8 your twin is within" in words(habits)
    found = {row.findtext("th"): row for row in habits.iter("tr") if row.find("td/svg") is not None}
    assert list(found) == [feature(name) for name in FEATURES]
    rows = {name: found[feature(name)] for name in FEATURES}

    def places(name: str) -> tuple[float, float, float, float]:
        band, twin = rows[name].find(".//rect[@class='range']"), rows[name].find(".//circle[@class='twin']")
        left, width, at = (float(text.rstrip("%")) for text in (band.attrib["x"], band.attrib["width"], twin.attrib["cx"]))
        return 0, left, at, left + width

    none, low, twin, high = places("emoji")
    assert none < low < twin < high < 100
    none, low, twin, high = places("laughter")
    assert none < twin < low < high < 100
    assert words(rows["laughter"]) == f"{feature('laughter')} 0.06 to 0.11 0.02 ✗ not like you"
    assert rows["laughter"].find(".//svg").attrib["aria-label"] == f"{feature('laughter')}: yours 0.08, your range 0.06 to 0.11, your twin 0.02"
    assert rows["characters"].find(".//circle[@class='base']").attrib["cx"] == "100.00%", "far away stands at the end, and the others keep their scale"


def test_what_was_learned_forgotten_and_given_away() -> None:
    text = drawn(scorecard(), lines=training(best=180))
    assert "Best on messages kept aside at step 180, with 2.39" in words(section(text, "How it learned"))
    assert "1.021 bits for each byte before training and 1.083 after, 6.1 % more: some is forgotten" in words(section(text, "What it still knows"))
    leaks = words(section(text, "Does it give away what it learned?"))
    assert leaks.startswith("Does it give away what it learned? ✓ Nothing found. An audit finds some leaks, and cannot prove that there are none. ")
    assert "Replies it had learned, begun for it 400, completed 0" in leaks
    assert "Secrets planted 1 ×, 4 ×, 16 × in a second training 0 of 3, 0 of 3, 0 of 3 given away One planted to be found was found" in leaks
    assert "the first words" not in text, "the page is shown to others"
    assert "✗ It leaks." in words(section(drawn(scorecard() | {"leaks": {"verdict": "leaks"}}), "Does it give away what it learned?"))


def test_what_to_do_next_names_its_knobs_as_such() -> None:
    advice = section(
        drawn(scorecard(), advice=['Set train.base = "auto" & see: twin train --plan.', "The <b>twin</b> has train.epochs = 1.5, too."]), "What to do next"
    )
    assert [words(item) for item in advice.iter("li")] == [
        'Set train.base = "auto" & see: twin train --plan .',
        "The <b>twin</b> has train.epochs = 1.5 , too.",
    ]
    assert [code.text for code in advice.iter("code")] == ['train.base = "auto"', "twin train --plan", "train.epochs = 1.5"]


@pytest.mark.parametrize("report", [{}, {"run": "run-1", "metrics": {}, "headline": {}, "left_out": {"style": "no replies", "choice": "no replies"}}])
def test_a_report_with_everything_left_out_is_still_a_page(report: dict[str, Any]) -> None:
    text = drawn(report, examples=[], lines=[])
    assert [one.findtext("h2") for one in parsed(text).iter("section")] == ["The whole table", "How it was measured"]
    assert "Nothing was measured." in words(parsed(text))
    assert words(parsed(text)).count("no replies") == len(report.get("left_out", {}))


def test_what_was_not_a_number_is_no_number() -> None:
    report = scorecard()
    report["metrics"]["chrf"] = {"twin": {"value": None, "low": None, "high": None, "n": 0}}
    report["features"]["emoji"]["twin"] = None
    report["general"] = {"before": None, "after": 1.0}
    text = drawn(report)
    assert words(section(text, "The whole table").find(".//td[@title='n = 0']")) == "?"
    assert "nan" not in re.sub(r"<[^>]+>", " ", text).lower().split()
    assert "emoji" not in words(section(text, "Your habits of writing"))


def test_whatever_anybody_says_is_text() -> None:
    turns = tuple(Turn(HOSTILE, mine, (HOSTILE, "a\ud800b"), False) for mine in (True, False))
    report = scorecard(run=HOSTILE) | {"base": HOSTILE, "dataset": HOSTILE[:9], "left_out": {HOSTILE: HOSTILE}, "features": {HOSTILE: FEATURES["emoji"]}}
    report |= {"sizes": {HOSTILE: 3}, "leaks": {"verdict": HOSTILE}}
    report["metrics"][HOSTILE] = report["metrics"]["chrf"]
    write_page(Path("report.html"), report, [Example(turns, HOSTILE, (HOSTILE,), (HOSTILE,))], training(), [HOSTILE])
    text = Path("report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "\u202e" not in text, "nothing turns the rest of the page around"
    tags = {element.tag for element in parsed(text).iter()}
    assert tags <= {element.tag for element in parsed(drawn(scorecard(), advice=["train.epochs"])).iter()}
    said = [bubble.text for bubble in parsed(text).iter("p") if bubble.attrib.get("class") == "bubble"]
    assert len(said) == 6
    assert set(said) == {HOSTILE.replace("\u202e", " ").replace("\u2066", " "), "a b"}
    assert all(bubble.attrib["dir"] == "auto" for bubble in parsed(text).iter("p") if bubble.attrib.get("class") == "bubble")


def test_an_emoji_of_several_signs_stays_whole() -> None:
    text = drawn(scorecard(), examples=[Example((), "Anna", ("👨‍👩‍👧 ❤️",), ("one\ntwo",))])
    assert "👨‍👩‍👧 ❤️" in text
    assert "one\ntwo" in text


def test_the_page_is_the_persons_alone_and_asks_for_nothing() -> None:
    path = Path("report.html")
    write_page(path, json.loads(json.dumps(scorecard())), EXAMPLES, training(), ["train.epochs"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'\"" in text
    assert not re.search(r"https?:|url\(|@import|\ssrc=|href=|<link|<iframe|<img|\son[a-z]+=", text)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    for svg in parsed(text).iter("svg"):
        if "viewBox" not in svg.attrib or svg.attrib["viewBox"] != "0 0 100 100":  # the lines of a chart lie in it
            assert svg.attrib.get("role") == "img"
            assert svg.attrib.get("aria-label")


@pytest.fixture
def address() -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(Path.cwd()))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/report.html"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.slow
def test_in_a_browser_it_fits_every_width_in_light_and_dark(visit: Visit, address: str, tmp_path: Path) -> None:
    lines = training(best=180)
    hostile = Example((Turn("Anna", False, (HOSTILE,), False),), HOSTILE, (HOSTILE,), (HOSTILE,))
    write_page(Path("report.html"), scorecard(), [*EXAMPLES, hostile], lines, advise(scorecard(), lines, Config(), DATASET))
    for name, options in {
        "light": {"viewport": {"width": 1200, "height": 900}},
        "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 400, "height": 800}, "device_scale_factor": 2},
    }.items():
        opened = visit(address, **options)
        opened.get_by_role("heading", level=1).wait_for()
        assert "of the way from a stranger to you" in opened.get_by_role("heading", level=1).inner_text()
        assert opened.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        background = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == ("rgb(15, 20, 19)" if name == "dark" else "rgb(242, 244, 243)")
        assert opened.locator("svg.radar").bounding_box()["height"] > 200
        overlapping = opened.evaluate(
            """() => {
                const boxes = [...document.querySelectorAll("svg.radar text.axis")].map(text => text.getBoundingClientRect());
                return boxes.some((one, at) => boxes.slice(at + 1).some(
                    other => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
            }"""
        )
        assert not overlapping
        picture(opened, f"report-{name}.png", tmp_path)
