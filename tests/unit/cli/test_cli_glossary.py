"""`cab glossary`."""

from support.cab import cab


def test_one_term_in_words():
    out = cab("glossary", "blast radius").out
    for said in ("The share of changed files", "unexpected / changed", "see also: litter, clean"):
        assert said in out


def test_a_name_of_a_record_is_a_word():
    assert cab("glossary", "cause:rate_limited", "--json").json["name"] == "rate_limited"
    assert cab("glossary", "TUI", "--json").json["name"] == "agent"


def test_all_terms_as_one_document():
    document = cab("glossary", "--json").json
    assert len(document["terms"]) > 100 and document["version"]
    composite = next(term for term in document["terms"] if term["name"] == "composite")
    assert [one["methodology"] for one in composite["definitions"]] == ["1.0", "0.1"]


def test_all_terms_for_people():
    ran = cab("glossary")
    assert ran.code == 0 and "hierarchical bootstrap" in ran.out and "outcomes" in ran.out


def test_an_unknown_word():
    ran = cab("glossary", "vibes")
    assert ran.code == 2 and "cab glossary" in ran.err
