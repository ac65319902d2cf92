"""IT-support text in English and Spanish from a fixed seed, with a realistic spread of words.

A few words are in every tenth ticket, most are rare, and each ticket has something of its own
(a device, an error code), so that searches for common and for rare words both mean something.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

THINGS = {
    "en": [
        "printer", "laptop", "VPN", "mailbox", "password", "monitor", "docking station", "phone",
        "shared folder", "wireless network", "calendar", "spreadsheet", "payroll system", "badge",
        "video call", "headset", "keyboard", "scanner", "licence", "browser", "backup", "projector",
    ],
    "es": [
        "impresora", "portátil", "VPN", "buzón", "contraseña", "pantalla", "base de conexión",
        "teléfono", "carpeta compartida", "red inalámbrica", "calendario", "hoja de cálculo",
        "aplicación de nóminas", "tarjeta de acceso", "videollamada", "auriculares", "teclado",
        "escáner", "licencia", "navegador", "copia de seguridad", "proyector",
    ],
}  # fmt: skip
TROUBLES = {
    "en": [
        "does not work since this morning", "is very slow", "asks for a code again and again",
        "shows an error", "cannot be found", "disconnects every few minutes", "is out of toner",
        "cannot be opened", "stopped after the update", "needs to be installed", "is locked",
    ],
    "es": [
        "no funciona desde esta mañana", "va muy lenta", "pide un código una y otra vez",
        "muestra un error", "no aparece", "se desconecta cada pocos minutos", "no tiene tóner",
        "no se abre", "dejó de funcionar tras la actualización", "hay que instalarla",
        "está bloqueada",
    ],
}  # fmt: skip
SENTENCES = {
    "en": [
        "I restarted it twice and nothing changed.", "A colleague has the same problem.",
        "It worked yesterday before I left the office.", "I need it for a meeting at noon.",
        "Please call me when you have a moment.", "The message says {code}.",
        "It happens on the device {device}.", "We checked the cable and the switch port.",
        "The account was unlocked; please try again now.", "A new toner is on its way.",
        "I have installed the current driver.", "Thank you, it works again.",
        "Could you tell me the name of the device?", "The server room was warm last night.",
    ],
    "es": [
        "La he reiniciado dos veces y sigue igual.", "A un compañero le pasa lo mismo.",
        "Ayer funcionaba antes de salir de la oficina.", "La necesito para una reunión a mediodía.",
        "Llámeme, por favor, cuando tenga un momento.", "El mensaje dice {code}.",
        "Ocurre en el equipo {device}.", "Hemos revisado el cable y la toma de red.",
        "La cuenta está desbloqueada; pruebe de nuevo.", "El tóner nuevo está de camino.",
        "He instalado el controlador actual.", "Gracias, ya vuelve a funcionar.",
        "¿Puede decirme el nombre del equipo?", "Anoche hizo calor en la sala de servidores.",
    ],
}  # fmt: skip
GIVEN = [
    "Ana", "Luis", "Marta", "Jorge", "Lucía", "Pablo", "Elena", "Diego", "Sara", "Iván", "Emma",
    "Liam", "Olivia", "Noah", "Grace", "Jack", "Ruth", "Owen", "Alice", "Henry", "Núria", "Aitor",
]  # fmt: skip
FAMILY = [
    "García", "Martín", "López", "Sánchez", "Romero", "Vidal", "Ortega", "Navarro", "Iglesias",
    "Smith", "Walker", "Clarke", "Hughes", "Turner", "Foster", "Bennett", "Peña", "Etxeberria",
]  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Subject and language of one ticket; ``entry`` says more about it."""

    subject: str
    language: str
    code: str
    device: str

    def entry(self, chance: random.Random) -> str:
        """A few sentences about it."""
        picked = chance.choices(SENTENCES[self.language], k=chance.randint(1, 4))
        return " ".join(picked).format(code=self.code, device=self.device)


def ticket(chance: random.Random, number: int) -> Words:
    """What ticket ``number`` is about."""
    language = "es" if chance.random() < 0.5 else "en"
    thing = THINGS[language][min(int(chance.expovariate(0.25)), len(THINGS[language]) - 1)]
    trouble = chance.choice(TROUBLES[language])
    code = f"0x{(number * 2654435761) % 2**32:08x}"
    device = f"PC-{(number * 7919) % 100_000:05d}"
    begin = "La" if language == "es" else "The"
    return Words(f"{begin} {thing} {trouble} ({device})", language, code, device)


def person(number: int) -> str:
    """The name of person ``number``."""
    given = GIVEN[number % len(GIVEN)]
    family = FAMILY[(number // len(GIVEN)) % len(FAMILY)]
    return f"{given} {family} {number}"
