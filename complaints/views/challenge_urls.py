"""Addresses of the list of challenges and of the deeds on one. A challenge is named by the number of its case."""

from django.urls import path

from complaints.views import challenges

urlpatterns = [
    path("", challenges.challenge_list, name="challenge_list"),
    path("<str:number>/treat/", challenges.challenge_treat, name="challenge_treat"),
    path("<str:number>/examine/", challenges.challenge_examine, name="challenge_examine"),
    path("<str:number>/restore/", challenges.challenge_restore, name="challenge_restore"),
    path("<str:number>/cure/", challenges.challenge_cure, name="challenge_cure"),
    path("<str:number>/cured/", challenges.challenge_cured, name="challenge_cured"),
    path("<str:number>/pass-on/", challenges.challenge_pass_on, name="challenge_pass_on"),
    path("<str:number>/suspend/", challenges.challenge_suspend, name="challenge_suspend"),
    path("<str:number>/resume/", challenges.challenge_resume, name="challenge_resume"),
    path("<str:number>/decide/", challenges.challenge_decide, name="challenge_decide"),
    path("<str:number>/return/", challenges.challenge_return, name="challenge_return"),
    path("<str:number>/withdraw/", challenges.challenge_withdraw, name="challenge_withdraw"),
    path("<str:number>/court/", challenges.challenge_court, name="challenge_court"),
    path("<str:number>/ruling/", challenges.challenge_ruling, name="challenge_ruling"),
    path("<str:number>/close/", challenges.challenge_close, name="challenge_close"),
]
