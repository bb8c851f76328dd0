/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-charset.c - what charset_guess makes of names and texts.
 *
 * The cases stand here in UTF-8 and are written in their encoding by iconv;
 * right is what comes back as the same text, whatever the guess is called.
 */
#include "config.h"

#include "indexer/charset.h"

#include <iconv.h>
#include <string.h>

/* Names and words, apart by '|'. */
static const struct {
    const char *charset; /* for iconv */
    const char *words;
} short_words[] = {
    {"GB18030",
     "会议纪要|工作总结|毕业论文|发票清单|新建文件夹|合同扫描件|财务报表.xls|"
     "个人简历|王小明|装修预算|产品说明书|第一季度报告|通知公告|学习资料|"
     "微信截图|北京市朝阳区|采购申请单|课程表.doc|操作手册|身份证复印件"},
    {"BIG5",
     "會議記錄|畢業論文|統一發票|財務報表.xls|個人履歷|產品說明書|新資料夾|"
     "臺北市政府|保險契約|第一季報告|學習資料|操作手冊|員工名冊|陳怡君|"
     "採購申請單|課程表.doc"},
    {"CP932",
     "請求書一覧|議事録.doc|山田太郎|新しいフォルダ|会議資料|テスト結果|"
     "東京都港区|履歴書.pdf|レポート|見積書のコピー|お知らせ|写真アルバム|"
     "取扱説明書|ダウンロード"},
    {"EUC-JP", "議事録です|新しいフォルダ|テスト結果|会議資料のコピー|"
               "ダウンロード|お知らせ|レポート|ありがとう"},
    {"EUC-KR", "회의록정리|이력서.doc|새 폴더|보고서 최종|김철수|서울특별시|"
               "사업계획서|영수증|안내문|한국어문서|견적서 사본|회사소개서"},
    {"CP1251",
     "Отчёт|Договор|счёт на оплату|Документ|Москва|резюме|фото|Приложение|"
     "Война и мир|заявление.doc|Київ|рахунок|Протокол|Звіт|Бълария"},
    {"KOI8-R", "Отчёт|Договор|документ|Москва|резюме|Приложение|Протокол|"
               "Война и мир|заявление.doc|счёт на оплату"},
    {"CP1252",
     "résumé|Müller|Straße|Überweisung|facture payée|été 2020|Señor Núñez|"
     "naïve café|Açúcar e pão|São Paulo|Größe|Ångström|påske|"
     "Rechnung für März|déjà vu|élève|côté|mañana|città è bella|Köln"},
    {"CP1250",
     "Łódź|Zażółć gęślą|żółw|książka|Příliš žluťoučký|účtenka|smlouva č. 5|"
     "Árvíztűrő|szerződés|pénzügyi|București știri|Đorđe Živković|Plzeň|"
     "Wrocław|źródło"},
    {"CP1253", "Αθήνα|έγγραφο|τιμολόγιο|Ελλάδα|σύμβαση εργασίας|Παράρτημα|"
               "αναφορά|Θεσσαλονίκη"},
    {"CP1254", "İstanbul|Türkçe belge|sözleşme|özgeçmiş|fatura ödendi|"
               "çalışma planı|İş başvurusu|Değişiklik"},
    {"CP1255", "שלום עולם|חשבונית מס|קורות חיים|ירושלים|הסכם עבודה"},
    {"CP1256", "مرحبا بالعالم|فاتورة الشراء|السيرة الذاتية|القاهرة|عقد عمل"},
    {"CP1257", "Lietuvių kalba|sąskaita faktūra|Latvijas Republikā|"
               "dokumentų sąrašas|Kęstutis Žukas"},
    {"ISO-8859-2",
     "Łódź|zażółć gęślą jaźń|książka|żółw|Wrocław|účetní závěrka"},
    {"ISO-8859-5", "Отчёт о работе|Договор|документы|Москва"},
    {"ISO-8859-7", "Αθήνα|έγγραφο|τιμολόγιο|Ελλάδα"},
    {"UTF-16LE", "会议纪要|毕业论文|Hello, world|Отчёт о работе|Café"},
    {"UTF-16BE", "会议纪要|請求書のコピー|Hello, world|Отчёт о работе"},
};

/* A sentence or two, where nothing may go wrong. */
static const struct {
    const char *charset;
    const char *text;
} sentences[] = {
    {"GB18030", "本合同自双方签字盖章之日起生效，一式两份，双方各执一份。"},
    {"GB18030", "Re: 关于 Q3 report 的说明，请大家在周五之前回复 email。"},
    {"BIG5", "本契約自雙方簽名蓋章之日起生效，一式兩份，雙方各執一份為憑。"},
    {"CP932", "この度はお買い上げいただき、誠にありがとうございます。"},
    {"EUC-JP", "この度はお買い上げいただき、誠にありがとうございます。"},
    {"EUC-KR", "이 계약은 양 당사자가 서명한 날부터 효력이 발생합니다."},
    {"CP1251", "Настоящий договор вступает в силу с момента подписания."},
    {"CP1251", "Цей договір набирає чинності з моменту його підписання."},
    {"CP1251", "Настоящият договор влиза в сила от датата на подписване."},
    {"KOI8-R", "Настоящий договор вступает в силу с момента подписания."},
    {"KOI8-U", "Цей договір набирає чинності з моменту його підписання."},
    {"ISO-8859-5", "Настоящий договор вступает в силу с момента подписания."},
    {"IBM866", "Настоящий договор вступает в силу с момента подписания."},
    {"CP1252", "Dieser Vertrag tritt mit der Unterschrift beider Parteien für "
               "unbestimmte Zeit in Kraft; Änderungen bedürfen der Form."},
    {"CP1252", "Le présent contrat entre en vigueur à la date de signature."},
    {"CP1252", "El presente contrato entrará en vigor el día de su firma."},
    {"CP1252", "Este contrato entrará em vigor na data da sua assinatura, "
               "salvo disposição em contrário das partes."},
    {"CP1252", "Il contratto entrerà in vigore perché così è stato deciso."},
    {"CP1252", "Avtalet träder i kraft när båda parterna har undertecknat."},
    {"CP1252", "It\xe2\x80\x99s a “quoted” sentence – with a dash…"},
    {"CP1250", "Niniejsza umowa wchodzi w życie z dniem jej podpisania przez "
               "obie strony."},
    {"CP1250", "Tato smlouva nabývá účinnosti dnem podpisu oběma stranami."},
    {"CP1250", "A szerződés az aláírás napján lép hatályba, és két évig "
               "érvényes, kivéve ha a felek másként döntenek."},
    {"CP1250", "Ugovor stupa na snagu danom potpisivanja između stranaka, a "
               "važeći je sljedeće četiri godine."},
    {"ISO-8859-2", "Niniejsza umowa wchodzi w życie z dniem podpisania przez "
                   "obie strony, jeśli się zgadzają."},
    {"CP1253", "Η παρούσα σύμβαση τίθεται σε ισχύ από την υπογραφή της."},
    {"ISO-8859-7", "Η παρούσα σύμβαση τίθεται σε ισχύ από την υπογραφή της."},
    {"CP1254",
     "Bu sözleşme imzalandığı tarihte yürürlüğe girer ve geçerlidir."},
    {"CP1255", "הסכם זה ייכנס לתוקף במועד חתימתו על ידי הצדדים."},
    {"CP1256", "يدخل هذا العقد حيز التنفيذ من تاريخ توقيعه من الطرفين."},
    {"CP1257", "Ši sutartis įsigalioja nuo jos pasirašymo dienos ir galioja "
               "dvejus metus, jeigu šalys nesusitaria kitaip."},
    {"CP1257", "Šis līgums stājas spēkā ar tā parakstīšanas dienu un ir "
               "spēkā divus gadus, ja puses nevienojas citādi."},
    {"UTF-16LE", "本合同自双方签字盖章之日起生效，一式两份。"},
    {"UTF-16BE", "이 계약은 양 당사자가 서명한 날부터 효력이 발생합니다."},
};

static char *
encode(const char *text, const char *charset, gsize *ret_size_bytes)
{
    g_autoptr(GError) error = NULL;
    char *bytes = g_convert_with_fallback(
        text, -1, charset, "UTF-8", (char *)"s", NULL, ret_size_bytes, &error);

    g_assert_no_error(error);
    return bytes;
}

static bool
comes_back(const char *text, const char *charset)
{
    gsize size_bytes, round_bytes;
    g_autofree char *bytes = encode(text, charset, &size_bytes);
    /* What the encoding has not, it cannot give back. */
    g_autofree char *wanted = g_convert(bytes, (gssize)size_bytes, "UTF-8",
                                        charset, NULL, NULL, NULL);
    g_autofree char *round = NULL;
    CharsetGuess guess;

    round = charset_to_utf8(bytes, size_bytes, NULL, &round_bytes, &guess);
    if (strcmp(round, wanted) == 0)
        return true;
    g_test_message("%s in %s: %s in %s", text, charset, round, guess.charset);
    return false;
}

static void
test_short_words(void)
{
    unsigned all = 0, right = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(short_words); i++) {
        g_auto(GStrv) words = g_strsplit(short_words[i].words, "|", -1);
        unsigned here = 0, n = g_strv_length(words);

        for (unsigned k = 0; k < n; k++)
            here += comes_back(words[k], short_words[i].charset);
        g_test_message("%-12s %u of %u", short_words[i].charset, here, n);
        all += n;
        right += here;
    }
    g_test_message("all %u of %u", right, all);
    g_assert_cmpuint(all, >=, 150);
    g_assert_cmpuint(right * 100, >=, all * 95);
}

static void
test_sentences(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(sentences); i++) {
        if (!comes_back(sentences[i].text, sentences[i].charset))
            g_test_fail();
    }
}

static void
test_long_text_is_judged_beyond_its_beginning(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gsize size_bytes;
    g_autofree char *bytes = NULL;
    CharsetGuess guess;

    for (unsigned i = 0; i < 2000; i++)
        g_string_append(text, "A line of plain English before the rest.\n");
    g_string_append(text,
                    "この度はお買い上げいただき、ありがとうございます。\n");
    bytes = encode(text->str, "CP932", &size_bytes);
    guess = charset_guess(bytes, size_bytes, NULL);
    g_assert_cmpstr(guess.charset, ==, "Shift_JIS");
}

static void
test_utf8(void)
{
    CharsetGuess guess = charset_guess("\xe4\xbd\xa0\xe5\xa5\xbd", 6, "gbk");

    g_assert_cmpstr(guess.charset, ==, "UTF-8");
    g_assert_cmpfloat(guess.confidence, ==, 1.0);
    /* cut within a character, as the head of a file is */
    guess = charset_guess("\xe4\xbd\xa0\xe5\xa5", 5, NULL);
    g_assert_cmpstr(guess.charset, ==, "UTF-8");
    guess = charset_guess("", 0, NULL);
    g_assert_cmpstr(guess.charset, ==, "UTF-8");
    /* longer than need be, and surrogates, are not UTF-8 */
    guess = charset_guess("\xc0\xaf \xed\xa0\x80", 6, NULL);
    g_assert_cmpfloat(guess.confidence, <, 1.0);
}

static void
test_mark(void)
{
    static const struct {
        const char *bytes;
        gsize size_bytes;
        const char *charset;
        unsigned mark_bytes;
    } cases[] = {
        {"\xef\xbb\xbfok", 5, "UTF-8", 3},
        {"\xff\xfeo\0k\0", 6, "UTF-16LE", 2},
        {"\xfe\xff\0o\0k", 6, "UTF-16BE", 2},
        {"\xff\xfe\0\0o\0\0\0k\0\0\0", 12, "UTF-32LE", 4},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize size_bytes;
        CharsetGuess guess;
        g_autofree char *text = charset_to_utf8(
            cases[i].bytes, cases[i].size_bytes, NULL, &size_bytes, &guess);

        g_assert_cmpstr(guess.charset, ==, cases[i].charset);
        g_assert_cmpuint(guess.bom_bytes, ==, cases[i].mark_bytes);
        g_assert_cmpstr(text, ==, "ok");
    }
}

static void
test_declared(void)
{
    gsize size_bytes;
    g_autofree char *bytes = encode("Мир", "ISO-8859-5", &size_bytes);
    g_autofree char *hanzi =
        encode("本合同自双方签字盖章之日起生效，一式两份，双方各执一份。",
               "GB18030", &(gsize){0});

    g_assert_cmpstr(charset_guess(bytes, size_bytes, "iso_8859-5").charset, ==,
                    "ISO-8859-5");
    g_assert_cmpstr(charset_guess(hanzi, strlen(hanzi), "GB2312").charset, ==,
                    "GB18030");
    g_assert_cmpstr(charset_guess(hanzi, strlen(hanzi), "iso-8859-1").charset,
                    ==, "GB18030");
    g_assert_cmpstr(charset_guess(hanzi, strlen(hanzi), "no such").charset, ==,
                    "GB18030");
    g_assert_cmpstr(charset_guess("plain", 5, "utf-16").charset, ==, "UTF-8");
}

static void
test_iso_2022(void)
{
    gsize size_bytes, text_bytes;
    g_autofree char *bytes = encode("会議資料", "ISO-2022-JP", &size_bytes);
    g_autofree char *text =
        charset_to_utf8(bytes, size_bytes, NULL, &text_bytes, NULL);

    g_assert_cmpstr(text, ==, "会議資料");
}

static void
test_nothing_is_dropped(void)
{
    gsize size_bytes;
    g_autofree char *text = charset_to_utf8("\xe4\xbd\xa0 \xff \xe5\xa5\xbd"
                                            "\xe5\xa5\xbd\xe5\xa5\xbd"
                                            "\xe5\xa5\xbd\xe5\xa5\xbd"
                                            "\xe5\xa5\xbd\xe5\xa5\xbd z",
                                            29, NULL, &size_bytes, NULL);

    g_assert_cmpstr(text, ==, "你 \xef\xbf\xbd 好好好好好好好 z");
    g_assert_cmpuint(size_bytes, ==, strlen(text));
}

static void
test_any_bytes_become_valid(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    for (unsigned n = 0; n < 4000; n++) {
        char bytes[64];
        gsize size = (gsize)g_rand_int_range(random, 0, sizeof bytes), out;
        g_autofree char *text = NULL;

        for (gsize i = 0; i < size; i++)
            bytes[i] = (char)g_rand_int_range(random, n % 2 ? 0 : 128, 256);
        text = charset_to_utf8(bytes, size, NULL, &out, NULL);
        /* NUL is a character too, though not to g_utf8_validate. */
        for (gsize i = 0; i < out; i++)
            text[i] = text[i] ? text[i] : ' ';
        g_assert_true(g_utf8_validate(text, (gssize)out, NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    charset_warm_up();
    g_test_add_func("/charset/reads names and words of a few letters",
                    test_short_words);
    g_test_add_func("/charset/reads every sentence", test_sentences);
    g_test_add_func("/charset/judges a long text beyond its beginning",
                    test_long_text_is_judged_beyond_its_beginning);
    g_test_add_func("/charset/takes valid UTF-8 for what it is", test_utf8);
    g_test_add_func("/charset/obeys a byte order mark", test_mark);
    g_test_add_func("/charset/believes a declaration that decodes",
                    test_declared);
    g_test_add_func("/charset/sees the escapes of ISO-2022", test_iso_2022);
    g_test_add_func("/charset/drops nothing that does not decode",
                    test_nothing_is_dropped);
    g_test_add_func("/charset/makes valid UTF-8 of any bytes",
                    test_any_bytes_become_valid);
    return g_test_run();
}
