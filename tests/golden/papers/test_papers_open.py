"""Every paper as a file: Word's rules for the docx, bookmarks, fonts and text of the pdf, the same bytes wherever it is made."""

import io
import os
import posixpath
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from docx import Document as open_docx

from filingdesk.documents.blocks import Diagram, Heading, Table, TocPlace, plain_text
from filingdesk.documents.lines import lines_of
from filingdesk.documents.origin import Origin
from filingdesk.documents.paper import Paper, load_papers
from filingdesk.documents.render import render, write
from filingdesk.documents.returned import read_package
from filingdesk.domain.completeness import lookup
from filingdesk.domain.specs import label_of
from filingdesk.infra.resources import resource_path
from filingdesk.services.exports import keys_in
from golden.papers.support import full_facts
from openxml import needs_validator, opens_without_repair

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
IDS = [p.id for p in load_papers(resource_path("templates")) if "pdf" in p.spec.formats]
# The order in which Word's schema wants the children; what stands in no list does not occur in our files.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs snapToGrid spacing ind jc "
    "outlineLvl rPr sectPr",
    "rPr": "rFonts b bCs i iCs color spacing sz szCs shd lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar",
    "tcPr": "tcW gridSpan vMerge shd vAlign",
    "sectPr": "headerReference pgSz pgMar titlePg docGrid",
}


@pytest.fixture(scope="module")
def made(
    papers: dict[str, Paper], plain_full: dict[str, Any], data_full: dict[str, Any]
) -> dict[str, tuple[Any, bytes, bytes]]:
    out = {}
    for paper in IDS:
        facts = full_facts(papers[paper], plain_full)
        document = render(papers[paper].placed(lookup(facts)), facts, label_of, data_full, draft=False)
        origin = Origin(paper, papers[paper].sha256, "0" * 64, keys=keys_in(facts))
        out[paper] = (document, write(document, "docx", origin=origin), write(document, "pdf"))
    return out


@pytest.mark.parametrize("paper", IDS)
def test_word_opens_it_without_repair(paper: str, made: dict[str, tuple[Any, bytes, bytes]]) -> None:
    _document, data, _pdf = made[paper]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        types = archive.read("[Content_Types].xml").decode()
        body = ElementTree.fromstring(archive.read("word/document.xml"))
        relations = ElementTree.fromstring(archive.read("word/_rels/document.xml.rels"))
    for name, order in ORDER.items():
        wanted = [W + child for child in order.split()]
        for element in body.iter(W + name):
            # References to heads and feet may stand in any order among themselves.
            tags = [child.tag.replace("footerReference", "headerReference") for child in element]
            places = [wanted.index(tag) for tag in tags]
            assert places == sorted(places), (name, [child.tag for child in element])
    marks = [mark.get(W + "id") for mark in body.iter(W + "bookmarkStart")]
    labels = [mark.get(W + "name") for mark in body.iter(W + "bookmarkStart")]
    assert sorted(marks) == sorted(end.get(W + "id") for end in body.iter(W + "bookmarkEnd"))
    assert len(set(marks)) == len(marks)
    assert len(set(labels)) == len(labels)
    assert all(re.fullmatch(r"_[A-Za-z0-9_]{1,39}", label or "") for label in labels)
    kinds = Counter(char.get(W + "fldCharType") for char in body.iter(W + "fldChar"))
    assert kinds["begin"] == kinds["separate"] == kinds["end"]
    codes = [node.text or "" for node in body.iter(W + "instrText")]
    asked = {code.split()[1] for code in codes if code.split()[0] in {"REF", "PAGEREF"}}
    assert asked <= set(labels)
    known = {relation.get("Id"): relation.get("Target") for relation in relations}
    used = {v for e in body.iter() for k, v in e.attrib.items() if k in {R + "embed", R + "id"}}
    assert used <= set(known)
    for target in known.values():
        part = posixpath.normpath(posixpath.join("/word", str(target)))[1:]
        assert part in names
        assert f'PartName="/{part}"' in types or f'Extension="{part.rsplit(".", 1)[1]}"' in types
    assert body[0][-2].tag == W + "p"
    assert open_docx(io.BytesIO(data)).paragraphs


@pytest.mark.parametrize("paper", IDS)
def test_every_line_and_fact_can_be_read_back(
    paper: str,
    made: dict[str, tuple[Any, bytes, bytes]],
    papers: dict[str, Paper],
    plain_full: dict[str, Any],
) -> None:
    document, data, _pdf = made[paper]
    ours = lines_of(document, keys_in(full_facts(papers[paper], plain_full)))
    came = read_package(io.BytesIO(data), paper).lines
    assert [(line.anchors, line.text) for line in came] == [((line.anchor,), line.text) for line in ours]
    theirs = [[(p.fact, p.text) for p in line.pieces if p.fact] for line in came]
    assert theirs == [[(p.fact, p.text) for p in line.facts] for line in ours]
    anchors = [line.anchor for line in ours]
    assert len(set(anchors)) == len(anchors)


@needs_validator
def test_the_open_xml_sdk_finds_no_error(made: dict[str, tuple[Any, bytes, bytes]], tmp_path: Path) -> None:
    for paper, (_document, data, _pdf) in made.items():
        opens_without_repair(data, paper, tmp_path)


@pytest.mark.parametrize("paper", IDS)
def test_the_pdf_has_bookmarks_its_own_fonts_and_all_the_text(
    paper: str, made: dict[str, tuple[Any, bytes, bytes]]
) -> None:
    document, _docx, data = made[paper]
    pdf = pypdfium2.PdfDocument(data)
    titles = [mark.get_title() for mark in pdf.get_toc(max_depth=6)]
    meta = pdf.get_metadata_dict()
    words = ""
    for page in pdf:
        text = page.get_textpage()
        words += text.get_text_range()
        text.close()
        page.close()
    pdf.close()
    # pdfium tells a hyphen at the end of a line by a character of its own.
    words = words.replace("\x02", "-").replace("\ufffe", "-")
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert len(titles) == len(headings)
    assert meta["Title"] == document.title
    fonts = re.findall(rb"/BaseFont\s*/([A-Za-z0-9+-]+)", data)
    assert fonts
    assert len(re.findall(rb"/FontFile2", data)) == len(set(fonts))
    lacking = Counter(re.sub(r"\s", "", plain_text(document))) - Counter(re.sub(r"\s", "", words))
    assert not lacking


@pytest.mark.parametrize("paper", IDS)
def test_what_is_referred_to_is_there_and_contents_are_filled(
    paper: str, made: dict[str, tuple[Any, bytes, bytes]]
) -> None:
    document, data, _pdf = made[paper]
    captions = [
        block.number for block in document.blocks if isinstance(block, (Table, Diagram)) and block.number
    ]
    assert len(set(captions)) == len(captions)
    if not any(isinstance(block, TocPlace) for block in document.blocks):
        return
    entries = [p for p in open_docx(io.BytesIO(data)).paragraphs if p.style.name.startswith("toc ")]
    assert entries
    for entry in entries:
        shown = "".join(node.text or "" for node in entry._p.iter(W + "t"))
        assert re.search(r"\d+$", shown), shown


MAKE = """
import hashlib, sys
sys.path[:0] = [{tests!r}]
import yaml
from pathlib import Path
from filingdesk.documents.paper import load_papers
from filingdesk.documents.render import render, write
from filingdesk.domain.completeness import lookup
from filingdesk.domain.specs import label_of
from filingdesk.infra.resources import resource_path
from golden.papers.support import full_facts
here = Path({tests!r}) / "golden" / "papers"
plain, data = (yaml.safe_load((here / n).read_text(encoding="utf-8")) for n in ("facts_full.yaml", "data_full.yaml"))
for paper in load_papers(resource_path("templates")):
    facts = full_facts(paper, plain)
    document = render(paper.placed(lookup(facts)), facts, label_of, data, draft=False)
    for fmt in ("docx", "pdf", "html"):
        if fmt in paper.spec.formats or (fmt == "html" and "pdf" in paper.spec.formats):
            print(paper.id, fmt, hashlib.sha256(write(document, fmt)).hexdigest())
"""


def test_the_same_bytes_in_every_time_zone_and_locale() -> None:
    """Every paper, by two programs at once that live in different places."""
    code = MAKE.format(tests=str(Path(__file__).parents[2]))
    running = []
    for zone, locale, seed in (("Asia/Shanghai", "C", "1"), ("America/New_York", "zh_CN.UTF-8", "7")):
        env = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", code],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=env,
            )
        )
    answers = [program.communicate(timeout=300) for program in running]
    assert [program.returncode for program in running] == [0, 0], answers
    here, there = (set(out.splitlines()) for out, _err in answers)
    assert here == there
    assert {line.split()[0] for line in here if " pdf " in line} == set(IDS)
