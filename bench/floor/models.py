"""The desk's own tables, seen with as few columns as the floor shows. Django manages none of them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

OPEN = ("registered", "in_progress", "waiting", "reopened")


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    objects = BaseUserManager()

    class Meta:
        managed = False
        db_table = "bureau_user"


class Named(models.Model):
    name_et = models.CharField(max_length=200)

    class Meta:
        abstract = True


class Topic(Named):
    class Meta:
        managed = False
        db_table = "bureau_topic"


class Channel(Named):
    class Meta:
        managed = False
        db_table = "bureau_channel"


class Case(models.Model):
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    description = models.TextField()
    topic = models.ForeignKey(Topic, models.DO_NOTHING, null=True)
    assignee = models.ForeignKey(Person, models.DO_NOTHING, null=True)
    channel = models.ForeignKey(Channel, models.DO_NOTHING)
    registered_at = models.DateTimeField()
    due_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "complaints_case"


class Message(models.Model):
    case = models.ForeignKey(Case, models.DO_NOTHING, related_name="messages")
    at = models.DateTimeField()
    author = models.ForeignKey(Person, models.DO_NOTHING, null=True)
    body = models.TextField()

    class Meta:
        managed = False
        db_table = "complaints_message"
