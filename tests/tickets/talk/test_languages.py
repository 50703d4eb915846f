"""Whole conversations as people read them, in each of the four languages."""

from __future__ import annotations

import pytest

from tests.tickets.talk.conftest import said, text
from tests.tickets.talk.test_ussd import dial
from tickets.models import Talk, Ticket

CONVERSATIONS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("HELP", "TRACK number: where your cargo is. REPORT and words: tell us of a problem. STOP: no more messages."),
        ("TRACK", "Write TRACK and a number: container, bill of lading, declaration, seal or plate."),
        ("Track MSCU6639870", "We know nothing of MSCU6639870. Look at the number again, or ask us: REPORT and your"),
        ("REPORT", "Write REPORT, the number of the goods if you have it, and what has happened."),
        ("report the truck is in a ditch", "{ref} is open, we answer here. To add something, write it to this number."),
        ("near Nakuru", "We have added it to {ref}. We answer here."),
        ("5", "There is no solved ticket of yours to rate. Write HELP for what you can ask here."),
        ("Stop!", "You get no more messages here from the KPA Liaison Office Kigali. START brings them back."),
        ("start", "You get messages from the KPA Liaison Office Kigali again. STOP ends them."),
        ("EN", "We answer in English from now on. Write HELP for what you can ask here."),
    ],
    "fr": [
        ("Français", "Nous répondons désormais en français. Écrivez AIDE pour savoir ce que vous pouvez demander ici."),
        ("aide", "SUIVRE et numéro : où est votre fret. SIGNALER et vos mots : un problème. ARRET : plus de messages."),
        ("Suivre", "Écrivez SUIVRE et un numéro : conteneur, connaissement, déclaration, scellé ou plaque."),
        ("suivi MSCU6639870", "Nous ne savons rien de MSCU6639870. Vérifiez le numéro ou demandez-nous : SIGNALER et"),
        ("hein", "Nous n'avons pas compris. SUIVRE et numéro : où c'est. SIGNALER et vos mots : un problème."),
        (
            "Signaler le camion est en panne",
            "{ref} est ouvert, nous répondons ici. Pour ajouter quelque chose, écrivez à",
        ),
        ("à Malaba", "Nous l'avons ajouté à {ref}. Nous répondons ici."),
        ("5", "Aucun dossier résolu à noter. Écrivez AIDE pour savoir ce que vous pouvez demander ici."),
        (
            "ARRÊT",
            "Vous ne recevez plus ici de messages du bureau de liaison KPA à Kigali. REPRENDRE les fait revenir.",
        ),
        ("reprendre", "Vous recevez à nouveau des messages du bureau de liaison KPA à Kigali. ARRET y met fin."),
    ],
    "rw": [
        ("Ikinyarwanda", "Kuva ubu dusubiza mu Kinyarwanda. Andika UBUFASHA umenye ibyo wabaza hano."),
        (
            "ubufasha",
            "KURIKIRANA na nimero: aho umuzigo uri. MENYESHA n'amagambo: ikibazo. HAGARIKA: nta butumwa bundi.",
        ),
        ("kurikirana", "Andika KURIKIRANA na nimero: kontineri, B/L, imenyekanisha, kashe cyangwa plake."),
        (
            "KURIKIRANA MSCU6639870",
            "Ntacyo tuzi kuri MSCU6639870. Reba neza nimero, cyangwa utubaze: MENYESHA n'amagambo",
        ),
        (
            "menyesha ikamyo yahagaze mu nzira",
            "{ref} yafunguwe, tuzagusubiza hano. Kugira icyo wongeraho, andikira iyi",
        ),
        ("i Malaba", "Twabyongeye kuri {ref}. Tuzagusubiza hano."),
        ("3", "Nta kibazo cyawe cyakemutse cyo guha amanota. Andika UBUFASHA umenye ibyo wabaza hano."),
        ("hagarika", "Ntuzongera guhabwa hano ubutumwa bw'Ibiro by'imikoranire bya KPA i Kigali. TANGIRA irabugarura."),
        ("tangira", "Wongeye guhabwa ubutumwa bw'Ibiro by'imikoranire bya KPA i Kigali. HAGARIKA irabuhagarika."),
    ],
    "sw": [
        ("Kiswahili", "Kuanzia sasa tunajibu kwa Kiswahili. Andika MSAADA kujua unachoweza kuuliza hapa."),
        ("msaada", "FUATILIA na nambari: mzigo ulipo. RIPOTI na maneno: tatizo. SIMAMISHA: hakuna ujumbe tena."),
        ("fuatilia", "Andika FUATILIA na nambari: kontena, hati ya shehena, tamko, lakiri au gari."),
        (
            "FUATILIA MSCU6639870",
            "Hatujui lolote kuhusu MSCU6639870. Angalia nambari tena, au tuulize: RIPOTI na maneno",
        ),
        (
            "ripoti lori limekwama njiani",
            "{ref} imefunguliwa, tutajibu hapa. Kuongeza jambo, liandike kwa nambari hii.",
        ),
        ("huko Malaba", "Tumeiongeza kwenye {ref}. Tutajibu hapa."),
        ("1", "Hakuna tatizo lako lililotatuliwa la kukadiria. Andika MSAADA kujua unachoweza kuuliza hapa."),
        ("acha", "Hutapokea tena hapa ujumbe wa Ofisi ya Uhusiano ya KPA Kigali. ANZA huurudisha."),
        ("anza", "Unapokea tena ujumbe wa Ofisi ya Uhusiano ya KPA Kigali. SIMAMISHA huusitisha."),
    ],
}
MENUS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("2", "CON KPA Liaison Office\n1 Where is my cargo\n2 Deadline and cost\n3 Report a problem\n4 Border waits"),
        ("2*1", "CON Type a number: container, bill of lading, declaration, seal or plate\n0 Back"),
        ("2*2", "CON Deadline and cost. Type the number of the container or bill of lading\n0 Back"),
        ("2*8", "CON Not one of these.\nKPA Liaison Office\n1 Where is my cargo"),
        ("2*3*9", "CON What is it?\n1 Delay at the port\n2 Customs, Kenya"),
        ("2*1*NOTHING99", "CON We know nothing of NOTHING99. Type it again\n0 Back"),
    ],
    "fr": [
        ("3", "CON Bureau de liaison KPA\n1 Ou est mon fret\n2 Delai et cout\n3 Signaler un probleme"),
        ("3*1", "CON Tapez un numero : conteneur, connaissement, declaration, scelle ou plaque\n0 Retour"),
        ("3*2", "CON Delai et cout. Tapez le numero du conteneur ou du connaissement\n0 Retour"),
        ("3*3*9", "CON C'est quoi ?\n1 Retard au port\n2 Douane, Kenya"),
        ("3*3*9*1", "CON Dites en quelques mots ce qui s'est passe, et ou\n0 Retour"),
        ("3*1*NOTHING99", "CON Nous ne savons rien de NOTHING99. Tapez-le encore\n0 Retour"),
    ],
    "rw": [
        ("1", "CON Ibiro by'imikoranire bya KPA\n1 Umuzigo wanjye uri he\n2 Itariki ntarengwa n'ikiguzi"),
        ("1*2", "CON Itariki ntarengwa n'ikiguzi. Andika nimero ya kontineri cyangwa ya B/L\n0 Subira inyuma"),
        ("1*3", "CON Menyesha ikibazo. Andika nimero y'umuzigo, cyangwa 9 niba ntayo\n0 Subira inyuma"),
        ("1*3*9", "CON Ni iki?\n1 Gutinda ku cyambu\n2 Gasutamo, Kenya\n3 Gasutamo, u Rwanda"),
        ("1*4", "END Nta makuru y'imipaka azwi ubu."),
        ("1*1*NOTHING99", "CON Ntacyo tuzi kuri NOTHING99. Ongera uyandike\n0 Subira inyuma"),
    ],
    "sw": [
        ("4", "CON Ofisi ya Uhusiano ya KPA\n1 Mzigo wangu uko wapi\n2 Tarehe ya mwisho na gharama"),
        ("4*1", "CON Andika nambari: kontena, hati ya shehena, tamko, lakiri au gari\n0 Rudi"),
        ("4*3", "CON Ripoti tatizo. Andika nambari ya mzigo, au 9 bila nambari\n0 Rudi"),
        ("4*3*9*1", "CON Sema kwa maneno machache kilichotokea, na wapi\n0 Rudi"),
        ("4*4", "END Hakuna kinachojulikana kuhusu mipaka kwa sasa."),
        ("4*1*NOTHING99", "CON Hatujui lolote kuhusu NOTHING99. Iandike tena\n0 Rudi"),
    ],
}


def spaced(words: str) -> str:
    """With plain blanks: French parts its signs with narrow ones, of which SMS know nothing."""
    return words.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("language", CONVERSATIONS)
def test_a_conversation_stays_in_its_language(categories: None, language: str) -> None:
    for words, begins in CONVERSATIONS[language]:
        answer = said(words)
        ticket = Ticket.objects.first()
        wanted = begins.format(ref=ticket.ref if ticket else "")
        assert spaced(answer).startswith(plain_gsm(wanted)), (words, answer)
    assert set(Talk.objects.values_list("language", flat=True)) == {language}
    assert Ticket.objects.count() == 1


def plain_gsm(words: str) -> str:
    """As SMS carry what these sentences hold beyond the alphabet: no capital accents, no circumflex."""
    return words.replace("Ê", "E").replace("ê", "e").replace("ç", "c").replace("Ç", "C").replace("â", "a")


@pytest.mark.parametrize("language", MENUS)
def test_the_menu_stays_in_its_language(categories: None, language: str) -> None:
    for inputs, begins in MENUS[language]:
        shown = dial(inputs)
        assert shown.startswith(begins), (inputs, shown)


def test_who_changes_the_language_in_the_middle_is_followed(categories: None) -> None:
    begins = [("AIDE", "SUIVRE"), ("HELP", "SUIVRE"), ("RW", "Kuva"), ("HELP", "KURIKIRANA"), ("MSAADA", "FUATILIA")]
    assert [said(words).startswith(word) for words, word in begins] == [True] * 5
    assert [talk.language for talk in Talk.objects.order_by("pk")] == ["fr", "fr", "rw", "rw", "sw"]
    assert text("HELP", channel="whatsapp").language == "en"
