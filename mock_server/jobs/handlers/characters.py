"""Characters: from an upload in the OpenAI format, from a URL or a job in the gateway's."""

from mock_server.domain.job import Character
from mock_server.domain.truncation import shortened
from mock_server.http.errors import CHARACTER_NOT_FOUND, TOO_MANY_CHARACTERS, ApiError, shown
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.jobs.formats.wire import Links
from mock_server.jobs.service import JobService
from mock_server.jobs.uploads import CLIP_FIELD, require_clip
from mock_server.stores.protocol import MOST_CHARACTERS

_USERNAME_LENGTH = 9
_USERNAME_WORD = "star"


class CharacterHandlers:
    """``createVideoCharacter``, ``getVideoCharacter`` and ``createSoraCharacter``."""

    def __init__(self, jobs: JobService) -> None:
        self._jobs = jobs

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "createVideoCharacter": self.create,
            "getVideoCharacter": self.get,
            "createSoraCharacter": self.create_sora,
        }

    async def create(self, request: Inbound) -> JsonReply:
        """Register a character from an uploaded clip.

        Raises:
            ApiError: 400, the file is not a video.
        """
        require_clip(request.files_to_check)
        ids = await self._jobs.ids_of(request.tenant)
        character = Character(
            id=f"char_{ids.uuid()}",
            tenant=request.tenant,
            name=shortened(request.body.fields["name"]),
            created_ms=request.now,
            source=shown(request.body.files[CLIP_FIELD].filename),
        )
        await self._keep(character)
        return _reply(character)

    async def get(self, request: Inbound) -> JsonReply:
        """One character of the tenant.

        Raises:
            ApiError: 404, the tenant has no such character.
        """
        character_id = request.path["character_id"]
        character = await self._jobs.store.get_character(request.tenant, character_id)
        if character is None:
            message = f"No character with id '{shown(character_id)}'."
            raise ApiError(CHARACTER_NOT_FOUND, message, param="character_id")
        return _reply(character)

    async def create_sora(self, request: Inbound) -> JsonReply:
        """Register a character from the URL of a clip or from a job of the tenant.

        Raises:
            ApiError: 404, the tenant has no such job.
        """
        fields = request.body.fields
        if "from_task" in fields:
            await self._jobs.find(request.tenant, fields["from_task"])
        ids = await self._jobs.ids_of(request.tenant)
        username = f"{ids.alphanumeric(_USERNAME_LENGTH).lower()}.{_USERNAME_WORD}"
        character = Character(
            id=f"ch_{ids.hexadecimal(32)}",
            tenant=request.tenant,
            name=username,
            created_ms=request.now,
            source=shown(fields.get("from_task") or fields["url"]),
        )
        await self._keep(character)
        picture = Links(request.base_url).portrait(character)
        return JsonReply(
            {
                "id": character.id,
                "username": username,
                "permalink": picture,
                "profile_picture_url": picture,
            }
        )

    async def _keep(self, character: Character) -> None:
        if not await self._jobs.store.add_character(character):
            message = f"There are {MOST_CHARACTERS} characters already, as many as a key can have."
            raise ApiError(TOO_MANY_CHARACTERS, message)


def _reply(character: Character) -> JsonReply:
    return JsonReply(
        {
            "id": character.id,
            "name": character.name,
            "created_at": character.created_ms // 1000,
        }
    )
