import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
os.environ["BUREAU_PROCESS"] = "web"

application = get_wsgi_application()
