"""The words that WhatsApp itself writes into an exported chat, in the languages of `twin import`: what stands for media, what was deleted.

English, German, Spanish, French, Italian, Portuguese (of Brazil and Portugal), Dutch, Polish, Russian, Ukrainian, Turkish. A phrase
in another language stays in the text of its message. All are compared casefolded, without invisible marks and without a full stop.
Not here: the form of a line (whatsapp_lines.py), and what is made of the words (whatsapp_content.py).
"""

from __future__ import annotations

import re


def _phrases(lines: str) -> frozenset[str]:
    return frozenset(line.strip().casefold() for line in lines.strip().split("\n"))


def _by_kind(table: dict[str, str]) -> dict[str, str]:
    return {phrase.strip().casefold(): kind for kind, phrases in table.items() for phrase in phrases.split(",")}


OMITTED = _phrases(
    """
    Media omitted
    Medien ausgeschlossen
    Medien weggelassen
    Multimedia omitido
    Archivo omitido
    Médias omis
    Fichier omis
    Media omessi
    Media omesso
    Mídia oculta
    Mídia omitida
    Arquivo de mídia oculto
    Ficheiro não revelado
    Media weggelaten
    Pominięto multimedia
    Pliki pominięto
    Multimedia pominięte
    Без медиафайлов
    Файл пропущен
    Медиа отсутствует
    Медіа пропущено
    Медіафайли пропущено
    Без медіафайлів
    Medya dahil edilmedi
    Medya atlanmış
    """
)
"""What Android writes between < and > where media was not exported; it does not tell its kind."""

OMITTED_KIND = _by_kind(
    {
        "photo": "image omitted, Bild weggelassen, imagen omitida, image absente, image omise, immagine omessa, imagem ocultada, imagem oculta,"
        " imagem não revelada, afbeelding weggelaten, obraz pominięty, pominięto obraz, изображение отсутствует, зображення відсутнє,"
        " зображення пропущено, görüntü dahil edilmedi",
        "video_file": "video omitted, video note omitted, Video weggelassen, Videonachricht weggelassen, video omitido, vidéo absente, vidéo omise,"
        " video omesso, vídeo omitido, vídeo ocultado, vídeo oculto, vídeo não revelado, video weggelaten, wideo pominięte, pominięto wideo,"
        " видео отсутствует, видеозаметка опущена, відео відсутнє, відео пропущено, video dahil edilmedi",
        "voice_message": "audio omitted, Audio weggelassen, audio omitido, audio omis, audio omesso, áudio ocultado, áudio oculto, áudio omitido,"
        " ficheiro de áudio não revelado, audio weggelaten, audio pominięte, pominięto audio, аудиофайл отсутствует, аудио отсутствует,"
        " аудіо відсутнє, аудіо пропущено, ses dahil edilmedi",
        "sticker": "sticker omitted, Sticker weggelassen, sticker omitido, sticker omis, sticker non incluso, sticker omesso, figurinha omitida,"
        " sticker não revelado, sticker weggelaten, pominięto naklejkę, naklejka pominięta, стикер не добавлен, стикер отсутствует,"
        " наклейку не додано, çıkartma dahil edilmedi",
        "animation": "GIF omitted, GIF weggelassen, GIF ausgeschlossen, GIF omitido, GIF omitida, GIF retiré, GIF omis, GIF esclusa, GIF omessa,"
        " GIF não revelada, GIF weggelaten, plik GIF pominięty, pominięto GIF, GIF отсутствует, GIF-анимация отсутствует, GIF-анімацію пропущено,"
        " GIF відсутній, GIF dahil edilmedi",
        "file": "document omitted, Dokument weggelassen, documento omitido, document manquant, document omis, documento omesso,"
        " documento não revelado, document weggelaten, dokument pominięty, pominięto dokument, документ отсутствует, документ пропущено,"
        " документ відсутній, belge dahil edilmedi",
        "contact": "Contact card omitted, Kontaktkarte ausgelassen, Kontaktkarte weggelassen, tarjeta de contacto omitida, fiche contact manquante,"
        " scheda contatto omessa, cartão do contato omitido, cartão de contato omitido, contacto não revelado, visitekaartje weggelaten,"
        " contactkaart weggelaten, pominięta wizytówka kontaktu, карточка контакта отсутствует, картка контакту відсутня, kişi kartı dahil edilmedi",
        "location": "live location shared, Live-Standort wird geteilt, ubicación en tiempo real compartida, localisation en direct partagée,"
        " posizione attuale condivisa, localização atual compartilhada, localização em tempo real partilhada, live locatie gedeeld,"
        " udostępniona transmisja położenia, геоданные отправлены, геодані надіслано, mevcut konum paylaşıldı",
    }
)
"""What stands, on iOS, for media of a known kind that was not exported."""

ATTACHED = _phrases(
    """
    file attached
    Datei angehängt
    archivo adjunto
    fichier joint
    file allegato
    arquivo anexado
    ficheiro anexado
    bestand bijgevoegd
    plik załączony
    załączony plik
    plik dołączony
    файл добавлен
    файл прикреплён
    файл додано
    файл прикріплено
    dosya ekli
    """
)
"""What Android writes in brackets after the name of a file that was exported with the chat."""

DELETED = _phrases(
    """
    This message was deleted
    You deleted this message
    Diese Nachricht wurde gelöscht
    Du hast diese Nachricht gelöscht
    Se eliminó este mensaje
    Este mensaje fue eliminado
    Eliminaste este mensaje
    Ce message a été supprimé
    Vous avez supprimé ce message
    Questo messaggio è stato eliminato
    Hai eliminato questo messaggio
    Mensagem apagada
    Esta mensagem foi apagada
    Esta mensagem foi apagada pelo remetente
    Você apagou esta mensagem
    Apagou esta mensagem
    Dit bericht is verwijderd
    U hebt dit bericht verwijderd
    U heeft dit bericht verwijderd
    Je hebt dit bericht verwijderd
    Ta wiadomość została usunięta
    Usunięto tę wiadomość
    Usunąłeś tę wiadomość
    Usunęłaś tę wiadomość
    Usunąłeś(-ęłaś) tę wiadomość
    Usunąłeś(aś) tę wiadomość
    Данное сообщение удалено
    Это сообщение удалено
    Вы удалили данное сообщение
    Вы удалили это сообщение
    Це повідомлення було видалено
    Це повідомлення видалено
    Ви видалили це повідомлення
    Bu mesaj silindi
    Bu mesajı sildiniz
    """
)

EDITED = _phrases(
    """
    This message was edited
    Message edited
    Diese Nachricht wurde bearbeitet
    Se editó este mensaje
    Este mensaje fue editado
    Ce message a été modifié
    Questo messaggio è stato modificato
    Messaggio modificato
    Mensagem editada
    Esta mensagem foi editada
    Dit bericht is bewerkt
    Ta wiadomość została zmieniona
    Ta wiadomość została edytowana
    Сообщение изменено
    Это сообщение изменено
    Данное сообщение изменено
    Повідомлення змінено
    Це повідомлення було змінено
    Це повідомлення змінено
    Bu mesaj düzenlendi
    """
)
"""What is added between < and > to a message that was edited."""

NOTICES = _phrases(
    """
    Waiting for this message. This may take a while
    Waiting for this message
    View once message
    View once photo
    View once video
    View once voice message omitted
    """
)
"""What stands, whole, in a person's place though they wrote nothing."""

_MISSED = _phrases(
    """
    Missed voice call
    Missed video call
    Missed group voice call
    Missed group video call
    Verpasster Sprachanruf
    Verpasster Videoanruf
    Llamada perdida
    Llamada de voz perdida
    Videollamada perdida
    Appel vocal manqué
    Appel vidéo manqué
    Chiamata vocale persa
    Videochiamata persa
    Chamada de voz perdida
    Chamada de vídeo perdida
    Videochamada perdida
    Gemist spraakgesprek
    Gemiste spraakoproep
    Gemist videogesprek
    Gemiste video-oproep
    Nieodebrane połączenie
    Nieodebrane poł. głosowe
    Nieodebrane poł. wideo
    Пропущенный аудиозвонок
    Пропущенный видеозвонок
    Пропущений аудіодзвінок
    Пропущений відеодзвінок
    Cevapsız sesli arama
    Cevapsız görüntülü arama
    """
)
MISSED_CALL = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_MISSED)))})(?:\s?[.,(][^\n]{{0,60}})?", re.IGNORECASE)
"""A missed call, whole: WhatsApp adds when it was, or how to call back."""

POLL = re.compile(r"(?:poll|umfrage|encuesta|sondage|sondaggio|enquete|sondagem|peiling|poll|ankieta|опрос|опитування|anket)\s?:", re.IGNORECASE)

ENCRYPTION = re.compile(
    r"end-to-end|ende-zu-ende|extremo a extremo|bout en bout|ponta a ponta|ponto a ponto|сквозн\w+ шифр|наскрізн\w+ шифр|uçtan uca|eind-tot-eind", re.IGNORECASE
)
"""The notice that every chat begins with."""

GROUP = re.compile(
    r"created (?:this )?group|changed the (?:subject|group)|changed this group|\badded\b|\bremoved\b|\bleft\.?$|joined using|joined from|now an admin"
    r"|group created|this group"
    r"|hat die gruppe|gruppe .*erstellt|hinzugefügt|den betreff|hat .*entfernt|gruppe verlassen|dieser gruppe|einladungslink"
    r"|(?:creó|creaste) (?:el|este) grupo|cambió el asunto|(?:añadió|agregó)|\bte añadi|salió del grupo|\bsalió\.?$|se unió|del grupo|eliminó a"
    r"|a créé (?:le|ce) groupe|avez créé|a changé le sujet|a ajouté|a été ajouté|est parti|a quitté|du groupe|a retiré|a rejoint"
    r"|ha creato (?:il|questo) gruppo|ha cambiato l'oggetto|ha aggiunto|ha abbandonato|è uscito|del gruppo|ha rimosso"
    r"|criou (?:o|este) grupo|mudou o (?:assunto|nome)|alterou o assunto|adicionou|\bsaiu\b|do grupo|removeu|entrou usando"
    r"|heeft (?:de|deze) groep|groep .*gemaakt|het onderwerp|toegevoegd|heeft de groep verlaten|deze groep|verwijderd uit"
    r"|utworzył|zmienił\w* temat|dodał|opuścił|usunął|dołączył|tej grupy|grupę"
    r"|создал\w*(?:\(\w*-?\w*\))? группу|группа создана|изменил\S* (?:тему|название|описание|картинку|настройки)"
    r"|добавил|вышел|вышла|покинул|присоедин|удалил\S* .*из группы"
    r"|створи\w* груп|змінив\S* (?:тему|назву)|змінила (?:тему|назву)|додав|додала|вийшов|вийшла|приєдна"
    r"|grubu oluştur|grubu kurdu|konuyu değiştir|\bekledi|ayrıldı|gruptan|bu grub|katıldı",
    re.IGNORECASE,
)
"""What only the notices of a group say. Meant for notices alone: in what people write it would find too much."""

QUOTED = re.compile('["“„«]([^"“”„«»\n]{1,100})["”“»]\\.?$')
"""The title at the end of a notice that a group was created or renamed."""

YOU = _phrases("You\nDu\nSie\nIch\nTú\nUsted\nVous\nToi\nTu\nVoce\nVocê\nEu\nJij\nU\nTy\nВы\nЯ\nВи\nSen\nSiz")
"""What the person is called where an export does not give their name."""

TITLE = re.compile(
    r"(?:WhatsApp[ -]Chat with|WhatsApp[ -]Chat mit|WhatsApp[ -]chat met|WhatsApp[ -]Chat -|Chat de WhatsApp con|Chat de WhatsApp -|Chat WhatsApp con"
    r"|Chat WhatsApp -|(?:Discussion|Conversation|Chat) WhatsApp avec|Conversa (?:do|no) WhatsApp com|(?:Czat|Rozmowa) (?:w |na )?WhatsApp z"
    r"|Чат WhatsApp с контактом|Чат WhatsApp с группой|Чат WhatsApp со?|Чат WhatsApp -|Чат WhatsApp [зі]з?|WhatsApp Sohbeti -)\s+(?P<title>.+)"
    r"|(?P<other>.+) ile WhatsApp Sohbeti",
    re.IGNORECASE,
)
"""The name of an exported file, without its ending."""
