from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, staff_required
from integrations.gdt.forms import GdtUploadForm
from integrations.gdt.report import report_page
from integrations.gdt.services import MEGABYTE, GdtFile, ImportReport, import_gdt_files

TEMPLATE = "integrations/gdt/import.html"


@staff_required("reception", "practice_admin")
@require_http_methods(["GET", "HEAD", "POST"])
def gdt_import(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, GdtUploadForm())
    form = GdtUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    report = import_gdt_files(
        practice=request.practice,
        actor=request.user,
        files=[_gdt_file(upload) for upload in form.cleaned_data["gdt_files"]],
        max_bytes=MEGABYTE,
        now=timezone.now(),
    )
    return _page(request, GdtUploadForm(), report)


def _gdt_file(upload: UploadedFile) -> GdtFile:
    return GdtFile(upload.name or "", upload.size or 0, upload.read)


def _page(
    request: HttpRequest, form: GdtUploadForm, report: ImportReport | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "report": report and report_page(report)}
    return render(request, TEMPLATE, context, status=status)
