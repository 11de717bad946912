"""The data sets for training and evaluation: their files, checksums, sources and licences.

None of them comes with the project. They lie in a mirror folder (`CONESCOPE_DATA`) or in the
cache that `python -m engine fetch NAME` fills, in both under the same folder and file names.
"""

from __future__ import annotations

from engine.corpora.data_set import DataSet
from engine.corpora.evaluation_sets import EVALUATION_SETS

DATA_SETS: dict[str, DataSet] = {
    data_set.name: data_set
    for data_set in (
        DataSet(
            name="wikipedia",
            title="Good and Featured articles of the English Wikipedia, split by article",
            folder="wikipedia-articles",
            files={
                "train.jsonl.xz": (
                    "f1a8ad7c240849ec9489f130822f3f5ba3233c0eacd7995341f00ebf7f1d5f29"
                ),
                "valid.jsonl.xz": (
                    "a228827758adff74bc19a1102168f2a6eeb4577bdb3a911c07483efedd63c94c"
                ),
                "test.jsonl.xz": "b55f1402d9b6bfb1e08ec2175c9f953f075e159ecf67e38659389abbac394693",
            },
            n_bytes=17_945_548,
            source="Wikipedia, 2019; from the hub WikiText-103 (Merity et al., 2017)",
            licence="CC BY-SA 3.0",
            hub="Salesforce/wikitext",
        ),
        DataSet(
            name="wikitext-2",
            title="WikiText-2, valid and test, tokenised, with <unk>",
            folder="wikitext-2",
            files={
                "valid.txt.xz": "abef5d52146e55534f5bf3dbd976091780771a25be5553aaea57bf834146708c",
                "test.txt.xz": "368c561ea5ee496f371cd1086520dc54c22f17f0d6bf0ceb3d25a0a000ec4632",
            },
            n_bytes=641_596,
            source="Merity et al. (2017), https://arxiv.org/abs/1609.07843",
            licence="CC BY-SA 3.0",
            hub="Salesforce/wikitext",
        ),
        DataSet(
            name="imdb",
            title="Film reviews labelled positive or negative, 12,500 + 12,500",
            folder="imdb",
            files={
                "train.jsonl.xz": (
                    "8928e9800f7ab7dc21164262713cbfbaeea885e1afab6d168059c905b4158f4c"
                ),
                "test.jsonl.xz": "52df21311bfb0ccfaf73a4a194f9503c79870233b5605ca9067f0eaa32bc7b64",
            },
            n_bytes=9_520_260,
            source="Maas et al. (2011), https://aclanthology.org/P11-1015",
            licence="none stated; cite the paper",
            hub="stanfordnlp/imdb",
        ),
        DataSet(
            name="amazon",
            title="Product reviews with their stars, 8,000 in four domains",
            folder="",
            files={
                "amazon-multidomain-reviews.tar.xz": (
                    "2b73bc1b484954c1b40fbb050617e0399722f1ab5bb0e530b5cc383455aa2ff6"
                ),
            },
            n_bytes=2_547_936,
            source="Blitzer et al. (2007), https://aclanthology.org/P07-1056",
            licence="none stated; cite the paper",
            hub="fancyzhx/amazon_polarity",
            instead=("amazon-polarity.jsonl.xz",),
        ),
        DataSet(
            name="multi30k",
            title="English image captions and their German translations, 29,000 / 1,014 / 1,000",
            folder="multi30k",
            files={
                "train.en.gz": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
                "train.de.gz": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
                "val.en.gz": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
                "val.de.gz": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
                "test_2016_flickr.en.gz": (
                    "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9"
                ),
                "test_2016_flickr.de.gz": (
                    "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8"
                ),
            },
            n_bytes=1_296_271,
            source="Elliott et al. (2016), https://aclanthology.org/W16-3210",
            licence="none stated; cite the paper",
            hub="bentrevett/multi30k",
        ),
        DataSet(
            name="tamil-english",
            title="Tamil sentences with four English translations each, and a dictionary",
            folder="tamil-english",
            files={
                "indian-parallel-ta-en.tar.xz": (
                    "dc9d662d8316de887246ca57b268ce7c092be6e8cc9ab30cd326cc6c19d4ca2c"
                ),
            },
            n_bytes=715_732,
            source="Post et al. (2012), https://github.com/joshua-decoder/indian-parallel-corpora",
            licence="CC BY-SA 3.0",
        ),
        DataSet(
            name="snippets",
            title="Sentences of film and product reviews with human scores, 10,605 + 3,708",
            folder="snippets",
            files={
                "hutto_ICWSM_2014.tar.gz": (
                    "d5bb07d87474b3eb8d30b4deccbc23f19d742a6c5718fbacc65485b70b95c5fa"
                ),
            },
            n_bytes=2_338_514,
            source="Hutto and Gilbert (2014), in the source package of vaderSentiment 3.3.2",
            licence="MIT",
            package="vaderSentiment",
        ),
        *EVALUATION_SETS,
    )
}
"""fetch name -> data set."""
