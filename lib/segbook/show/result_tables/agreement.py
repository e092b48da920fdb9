"""Tables of the agreement of models: the most surprising pair crossed, and every pair."""

from __future__ import annotations

from segbook.show.result_tables.register import columns, tables_of
from segbook.show.tables import Column, Table
from segbook.stats.agreement import Agreement, Cross
from segbook.words.i18n import Texts
from segbook.words.labels import label, model_text


@tables_of.register
def _(result: Agreement, texts: Texts) -> list[Table]:
    frame = result.pairs.drop(columns="is_same_family")
    for name in ("one", "other"):
        frame[name] = [model_text(model, "short", texts) for model in frame[name]]
    frame["is_nested"] = [
        texts.t("agreement.nested" if each else "agreement.apart") for each in frame["is_nested"]
    ]
    headed = columns(frame, texts, "agreement.columns")
    shown = headed | {name: Column(headed[name].header, "num") for name in ("ari", "surprise")}
    shown["n"] = Column(headed["n"].header, "int")
    pairs = Table("agreement", texts.t("agreement.pairs_table"), frame, shown)
    return [pairs] if result.surprising is None else [tables_of(result.surprising, texts)[0], pairs]


@tables_of.register
def _(result: Cross, texts: Texts) -> list[Table]:
    across = {str(name): label(result.other, str(name), texts) for name in result.counts.columns}
    frame = result.counts.copy()
    frame.columns = list(across)
    frame.insert(0, "segment", [label(result.one, str(name), texts) for name in frame.index])
    shown = {"segment": Column(texts.t("agreement.segment"))}
    shown |= {name: Column(named, "int") for name, named in across.items()}
    names = {"one": result.one, "other": result.other}
    title = texts.t(
        "agreement.cross_table", **{key: model_text(each, "short", texts) for key, each in names.items()}
    )
    return [Table(f"cross_{result.one}_{result.other}", title, frame, shown)]
