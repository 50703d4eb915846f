"""A page of HTML as a PDF, by WeasyPrint; the only module that knows it."""

from __future__ import annotations


class PrintingFailed(Exception):
    """The PDF cannot be made here; the words say what is missing."""


def pdf(html: str) -> bytes:
    """The PDF of a whole page, which brings its own style and asks for nothing from outside.

    PrintingFailed where the libraries of the system (Pango) are not installed.
    """
    try:
        # Only where a report is made: it needs Pango, which the pages do not, and takes its time to load.
        from weasyprint import HTML  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PrintingFailed(
            "Reports cannot be printed: WeasyPrint found no Pango. On Debian: apt-get install libpango-1.0-0 "
            f"libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core. ({error})"
        ) from error
    made = HTML(string=html, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    assert isinstance(made, bytes)
    return made


def _nothing(url: str, *args: object, **rest: object) -> dict[str, object]:
    raise ValueError(f"A report asks for nothing from outside: {url}")
