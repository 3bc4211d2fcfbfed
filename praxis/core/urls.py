from django.urls import path

from praxis.core.views import event_stream

urlpatterns = [path("live/", event_stream, name="live")]
