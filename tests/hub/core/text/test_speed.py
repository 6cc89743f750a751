"""Analysis is fast enough to be no subject; the limits are ten times what a slow laptop needs."""

from time import perf_counter

import pytest

from hub.core.text import query_groups, tokens

SENTENCES = {
    "en": "Detects faces in seized images and compares them with lists of known victims of trafficking.",
    "fr": "Détecte les visages dans les images saisies et les compare aux listes de victimes connues.",
    "es": "Detecta rostros en las imágenes incautadas y los compara con listas de víctimas conocidas.",
    "ru": "Обнаруживает лица на изъятых изображениях и сравнивает их со списками известных жертв.",
    "ar": "يكشف الوجوه في الصور المضبوطة ويقارنها بقوائم الضحايا المعروفين لدى الشرطة.",
    "zh-hans": "检测缴获图像中的人脸，并与已知受害者名单进行比对，支持视频与音频分析。",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_description_takes_less_than_a_few_milliseconds(language: str) -> None:
    text = " ".join([SENTENCES[language]] * 4)
    tokens(text, language)
    query_groups(text[:200], language)
    start = perf_counter()
    for _ in range(50):
        tokens(text, language)
    assert (perf_counter() - start) / 50 < 0.005
