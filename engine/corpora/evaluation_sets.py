"""Data sets that models are only measured on: files, checksums, sources and licences."""

from __future__ import annotations

from engine.corpora.data_set import DataSet

EVALUATION_SETS = (
    DataSet(
        name="word-similarity",
        title="SimLex-999, WordSim-353 and RG-65: word pairs and human scores",
        folder="word-similarity",
        files={
            "EN-SIMLEX-999.txt": (
                "405394ffb7d25f6d0e3c041f87c9f27d29dc6b047506769953e85c4523b11685"
            ),
            "EN-WS-353-ALL.txt": (
                "ce12919b240af45bdf46d243601eaca2b6212b159b5e7e9b435ee7ee40c5619c"
            ),
            "EN-WS-353-SIM.txt": (
                "f1da938998863c94e53f72f984a5c6e215f0b46c323aae8f0f4930703a339107"
            ),
            "EN-WS-353-REL.txt": (
                "66a7c88100624d0a391605ff61ce84e11d11ee620d51ec0298da49592838f8fa"
            ),
            "EN-RG-65.txt": "c243f3a91c3f5d8cf67f21a67f6fb80bde8b6bb060851a6a48e6f2d68ec98c9f",
        },
        n_bytes=35_775,
        source="collected by Faruqui and Dyer (2014), https://github.com/mfaruqui/eval-word-vectors",
        licence="MIT",
    ),
    DataSet(
        name="sts",
        folder="",
        title="Sentence pairs and human scores of SemEval 2012 to 2016, 11,794 scored",
        files={
            "semeval-sts-2012-2016.tar.xz": (
                "b8ecc16e4123e9c40eddf3ff3f52824dcbdf29fc4befca630a856b7345b58723"
            ),
        },
        n_bytes=777_376,
        licence="mixed, partly CC BY-SA",
        source="Agirre et al. (2016), https://aclanthology.org/S16-1081, and before",
    ),
    DataSet(
        name="ethayarajh-2019",
        folder="ethayarajh-2019",
        title="Published anisotropy and self-similarity of ELMo, BERT and GPT-2",
        files={
            "bert.embedding_space_stats.json": (
                "37149a40cb4b6746e422fd9a7879e98b3fe91a135b0ae60dc863dd8ac64fb4d0"
            ),
            "elmo.embedding_space_stats.json": (
                "ea70efb5297f3ddd0c5fc95e166e5e33e1e0f5153376879b63e12d4a014b7a07"
            ),
            "gpt2.embedding_space_stats.json": (
                "6dc3db36fa922c87d9e4507096e5a41399b9aae68a63143f6b353bb60282920e"
            ),
            "per-word.tar.xz": ("df7cadfcdc86aeab40ac1a426966ef66e053e0c1d8f40daacce0d9ba022406a9"),
        },
        n_bytes=573_725,
        licence="facts; cite the paper",
        source="Ethayarajh (2019), https://github.com/kawine/contextual",
    ),
    DataSet(
        name="coarsewsd-10",
        folder="",
        title="Ten nouns of CoarseWSD-20 in 29,404 sentences of Wikipedia, senses labelled",
        files={
            "coarsewsd-10.tar.xz": (
                "f51a05b134c43b4acd330ddc9198334720df35905fafa50c71ebcb3de7dbe178"
            ),
        },
        n_bytes=1_352_056,
        licence="CC BY-NC 4.0: evaluation only",
        source="Loureiro et al. (2021), https://github.com/danlou/bert-disambiguation",
    ),
    DataSet(
        name="wic-tsv",
        folder="",
        title="Does a word have the sense of a definition? 3,217 labelled English sentences",
        files={
            "wic-tsv.tar.xz": ("3ca45d7ed749cc97a211c4ba834d184693af501b2f2d32e03aae4d4e92e83c14"),
        },
        n_bytes=469_380,
        licence="CC BY 4.0",
        source="Breit et al. (2021), https://aclanthology.org/2021.eacl-main.140",
    ),
)
