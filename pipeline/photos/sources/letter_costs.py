"""How much a text surprises somebody who expects a certain language, in bits.

Bytes of an old code page can be read in any other. What comes out is text of rare letters, of
several scripts, or of lines and boxes, and that is how the right one is found. Nothing here is
exact: frequent letters cost little, rare ones more, what no name has most.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_ASCII_LETTER, _ASCII_DIGIT, _ASCII_SIGN = 4.5, 4.0, 6.0
_FREQUENT, _PER_RANK = 3.0, 0.13  # the first letter of an alphabet, and each one after it
_ACCENTED, _PER_ACCENT = 7.0, 0.1  # letters beside a to z
_COMMON_SIGN, _NATIONAL_SIGN, _RARE_SIGN, _OTHER_SIGN = 8.0, 11.5, 14.5, 20.0  # of thousands
_KANA, _HALF_KANA = 5.7, 9.0
_SAME_SCRIPT, _OTHER_SCRIPT, _PUNCTUATION, _NO_TEXT = 10.0, 14.0, 13.0, 18.0
_CAPITAL, _CAPITAL_INSIDE, _CAPITAL_AFTER_SMALL = 0.7, 0.8, 4.0
_TWO_ACCENTS, _NEXT_SCRIPT, _NEXT_EAST_ASIAN, _SIGN_INSIDE = 1.0, 12.0, 10.0, 5.0

_USUAL_SIGNS: Final = frozenset(" _-.")

# Where the scripts begin that matter here; the names only have to differ.
_SCRIPTS: Final = (
    (0x0000, "latin"), (0x0370, "greek"), (0x0400, "cyrillic"), (0x0530, "other"),
    (0x0590, "hebrew"), (0x0600, "arabic"), (0x0700, "other"), (0x0E00, "thai"),
    (0x0E80, "other"), (0x1E00, "latin"), (0x1F00, "greek"), (0x2000, "other"),
    (0x2E80, "east asian"), (0xE000, "other"), (0xF900, "east asian"), (0xFB00, "other"),
    (0xFF00, "east asian"), (0xFFF0, "other"), (0x20000, "east asian"), (0x30000, "other"),
)  # fmt: skip
_STARTS: Final = [start for start, _ in _SCRIPTS]

_SIMPLIFIED: Final = (
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天"
    "而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身"
    "些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新打便位因重被走电四第门"
    "相次东海口教西平真世气信北少关内加化代产入先山五太水万市眼体别处总场师书比员九性通目华报立马活神数件安表原车"
    "白路期常金合计光王果界京物台象记边风战接八特服毛林题南度色字爱百科元社六功青夫远队花条院红保运半七城父强步深"
    "区品士量空技江语英式黄收钱取设双商千片像站广改形房音火首单影网香石飞包组落视猫狗鸟鱼牛羊猪鸡鸭兔鼠虎狮熊猴蛇"
    "龟虫蝶蜂草树叶木苹蕉橙瓜菜萝卜番茄椅桌床沙灯杯碗筷盘刀叉瓶箱鞋帽衣裤裙袜镜脑键汽卡船摩托训练集测试验证类异病斑课咖啡茶玫瑰垃圾"
)
_TRADITIONAL: Final = (
    "的一是不了人我在有他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天"
    "而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身"
    "些與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新打便位因重被走電四第門"
    "相次東海口教西平真世氣信北少關內加化代產入先山五太水萬市眼體別處總場師書比員九性通目華報立馬活神數件安表原車"
    "白路期常金合計光王果界京物台象記邊風戰接八特服毛林題南度色字愛百科元社六功青夫遠隊花條院紅保運半七城父強步深"
    "區品士量空技江語英式黃收錢取設雙商千片像站廣改形房音火首單影網香石飛包組落視貓狗鳥魚牛羊豬雞鴨兔鼠虎獅熊猴蛇"
    "龜蟲蝶蜂草樹葉木蘋蕉橙瓜菜蘿蔔番茄椅桌床沙燈杯碗筷盤刀叉瓶箱鞋帽衣褲裙襪鏡腦鍵汽卡船摩托訓練集測試驗證類異病斑課犬咖啡茶玫瑰垃圾"
)
_JAPANESE: Final = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員"
    "九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制度"
    "気小七成期公野取都和機平総加山思家話世受区領多県続進正安設保改数記院女初北午指心界第産結百点教報書活原先共名交"
    "川向際面文反元重近千考画海参売利組知道信集件別物水半品論計特情変男基私島直朝式村運果西台広容電住能無位真流口少"
    "校料工建語空土木聞身切食車夫研南石足神番術展宅条線病州声試族象銀葉形景好白深字夜製音様猫犬鳥魚馬牛羊豚鶏鴨兎鼠"
    "虎獅熊猿蛇亀虫蝶蜂花草樹椅机箱靴帽服船桜梅松竹青赤黒黄緑色写真訓練検証正常異種類他"
)
_HANGUL: Final = (
    "이다는에의가고을하지로를은도사기한대시어나그인리자들해서수아정일있게전보부라것면여장주으상제과우구동조었원스소"
    "만경모성비적공신안연무니물거유세화미국내실마저습오선간생진관양강당방트용회개치속산분위문바발말반요음중심명식차할"
    "행려학업야년손살드꽃새곰토끼호랑책컵의집밥눈귀코입발돼닭오뱀쥐원숭코끼늑여우소파침상명품훈련검증시험"
)
_KANA_LETTERS: Final = (
    "".join(map(chr, range(0x3041, 0x3097))) + "".join(map(chr, range(0x30A1, 0x30FB))) + "ー"
)
# Frequent letters first.
_CYRILLIC: Final = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў"
_GREEK: Final = "αοιετσνηυρπκμλςωάέίόήγδχθβφύξζώψϊϋ"
_HEBREW: Final = "יהולאתרבמשנםדכקעחפןטגצזסךףץ"
_ARABIC: Final = "اليمونرتبعدسقهكفحجةشصذخطضىزثغظءأإآؤئپچژگ"
_THAI: Final = "านรอกเงมยลว่สตท้ีดบปคะัหไแใืจขพชิุูซโถศผณภฟธญฎ็๊๋ำึ์ฐฏฆ"
_WESTERN: Final = "éäöüàèçßñóáíêôâîïëùûúåæøãõœìò"
_CENTRAL: Final = "áéíóúýčšžřěůťďňłąęśżźćńöüőűäăâîșțşţđôĺŕ"
_TURKISH: Final = "ıüşğöçİâî"
_BALTIC: Final = "āēīūšžčģķļņąęėįųõäöü"
_VIETNAMESE: Final = "đăâêôơưáàéèíóòúù\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each
class Language:
    """What somebody expects who reads names in it.

    Attributes:
        costs: Of letters that are known, in bits.
        script: The one that they belong to.
        standard: Codec of the national standard that tells frequent signs from rare ones; ""
            where the alphabet is short.
        frequent: First bytes, in that codec, of signs that everybody knows.
    """

    costs: Mapping[str, float]
    script: str
    standard: str = ""
    frequent: range = field(default=range(0))


def _alphabet(letters: str, script: str) -> Language:
    costs = {letter: _FREQUENT + _PER_RANK * rank for rank, letter in enumerate(letters)}
    return Language(MappingProxyType(costs), script)


def _accents(letters: str) -> Language:
    costs = {letter: _ACCENTED + _PER_ACCENT * rank for rank, letter in enumerate(letters)}
    return Language(MappingProxyType(costs), "latin")


def _signs(common: str, standard: str, frequent: range, kana: str = "") -> Language:
    costs = dict.fromkeys(common, _COMMON_SIGN) | dict.fromkeys(kana, _KANA)
    return Language(MappingProxyType(costs), "east asian", standard, frequent)


SIMPLIFIED_CHINESE: Final = _signs(_SIMPLIFIED, "gb2312", range(0xB0, 0xD8))
TRADITIONAL_CHINESE: Final = _signs(_TRADITIONAL, "big5", range(0xA4, 0xC7))
JAPANESE: Final = _signs(_JAPANESE, "shift_jis", range(0x88, 0x98), _KANA_LETTERS)
KOREAN: Final = _signs(_HANGUL, "euc_kr", range(0xB0, 0xC9))
CYRILLIC: Final = _alphabet(_CYRILLIC, "cyrillic")
GREEK: Final = _alphabet(_GREEK, "greek")
HEBREW: Final = _alphabet(_HEBREW, "hebrew")
ARABIC: Final = _alphabet(_ARABIC, "arabic")
THAI: Final = _alphabet(_THAI, "thai")
WESTERN: Final = _accents(_WESTERN)
CENTRAL: Final = _accents(_CENTRAL)
TURKISH: Final = _accents(_TURKISH)
BALTIC: Final = _accents(_BALTIC)
VIETNAMESE: Final = _accents(_VIETNAMESE)


def cost(text: str, language: Language) -> float:
    """How unlikely a name is to somebody who expects `language`, in bits.

    Args:
        text: The name, or a part of it.
        language: What is expected.
    """
    total, before = 0.0, " "
    for sign in text:
        total += _cost_of(sign, language) + _cost_beside(before, sign)
        before = sign
    return total


@lru_cache(maxsize=8192)
def _cost_of(sign: str, language: Language) -> float:
    if sign < "\x80":
        if sign.isalpha():
            return _ASCII_LETTER
        if not sign.isprintable():
            return _NO_TEXT
        return _ASCII_DIGIT if sign.isdigit() or sign in _USUAL_SIGNS else _ASCII_SIGN
    known = language.costs.get(sign) or language.costs.get(sign.lower())
    if known is not None:
        return known
    script = _script(sign)
    if script == language.script == "east asian":
        return _cost_of_sign(sign, language)
    if unicodedata.category(sign)[0] in "LM" and sign not in "ªºƒ":
        return _SAME_SCRIPT if script == language.script else _OTHER_SCRIPT
    return _PUNCTUATION if unicodedata.category(sign)[0] in "PN" else _NO_TEXT


def _cost_of_sign(sign: str, language: Language) -> float:
    try:
        encoded = sign.encode(language.standard)
    except UnicodeEncodeError:
        return _OTHER_SIGN
    if len(encoded) == 1:
        return _HALF_KANA
    return _NATIONAL_SIGN if encoded[0] in language.frequent else _RARE_SIGN


def _cost_beside(before: str, sign: str) -> float:
    """What a letter costs more because of the one before it."""
    if not _is_letter(sign):
        return _SIGN_INSIDE if sign > "\x7f" and _is_letter(before) else 0.0
    if not _is_letter(before):
        return _CAPITAL if sign.isupper() else 0.0
    total = 0.0
    if sign.isupper():
        total += _CAPITAL_AFTER_SMALL if before.islower() else _CAPITAL_INSIDE
    scripts = _script(before), _script(sign)
    if scripts[0] != scripts[1]:
        total += _NEXT_EAST_ASIAN if "east asian" in scripts else _NEXT_SCRIPT
    elif scripts[1] == "latin" and min(before, sign) > "\x7f":
        total += _TWO_ACCENTS
    return total


@lru_cache(maxsize=8192)
def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"  # marks as well, such as vowels of Thai


@lru_cache(maxsize=8192)
def _script(sign: str) -> str:
    return _SCRIPTS[bisect(_STARTS, ord(sign)) - 1][1]
