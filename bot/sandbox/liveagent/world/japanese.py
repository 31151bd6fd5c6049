"""The tickets of 日本サポート."""

from bot.sandbox.liveagent.world.people import ADAM, HANAKO, JAPAN, RETURNS, SHIPPING, URGENT
from bot.sandbox.liveagent.world.story import (
    Story,
    answered,
    asked,
    noted,
    resolved,
    span,
)

JAPANESE = (
    Story(
        id="jp0000a1",
        code="JPN-7K2-QX9",
        public_code="Jp0000A1mNbVcXz7",
        subject="注文した商品が届きません",
        owner=("田中 太郎", "tanaka@rei.example"),
        department=JAPAN,
        status="N",
        tags=(URGENT, SHIPPING),
        events=(
            asked(
                "1h 20m",
                "<p>お世話になっております。田中と申します。</p>"
                "<p>先週の月曜日に注文した<b>電気スタンド</b>がまだ届いておりません。"
                "注文番号は「４７１１」です。</p>"
                "<p>お手数ですが、配送状況をご確認いただけますでしょうか。</p>"
                "<p>田中 太郎</p>",
                ("注文確認書.pdf",),
                "注文した商品が届きません",
            ),
            noted(HANAKO, "55m", "倉庫に確認中です。"),
        ),
    ),
    Story(
        id="jp0000b2",
        code="JPN-4M8-RT3",
        public_code="Jp0000B2lKjHgFd8",
        subject="返品の手続きについて",
        owner=("鈴木 美咲", "suzuki@rei.example"),
        department=JAPAN,
        status="C",
        assignee=HANAKO,
        tags=(RETURNS,),
        events=(
            asked("3d 2h", "<p>サイズが合わないため、返品を希望いたします。</p>"),
            answered(
                HANAKO,
                "2d 22h",
                "<p>鈴木様</p><p>返品用の伝票をお送りいたします。</p><p>日本サポート 佐藤</p>",
            ),
            asked("40m", "<p>伝票を受け取りました。集荷はいつになりますか。</p>"),
        ),
    ),
    Story(
        id="jp0000c3",
        code="JPN-1C9-WW6",
        public_code="Jp0000C3qWeRtY91",
        subject="領収書の再発行のお願い",
        owner=("高橋 健", "takahashi@rei.example"),
        department=JAPAN,
        status="A",
        assignee=HANAKO,
        events=(
            asked("1d 6h", "<p>領収書を紛失しました。再発行をお願いします。</p>"),
            answered(HANAKO, "1d 4h", "<p>高橋様</p><p>再発行いたしました。</p>"),
        ),
    ),
    Story(
        id="jp0000d4",
        code="JPN-6D2-HJ5",
        public_code="Jp0000D4uIoPaS02",
        subject="入荷予定について",
        owner=("伊藤 さくら", "ito@rei.example"),
        department=JAPAN,
        status="W",
        assignee=HANAKO,
        postponed_for=span("5d"),
        events=(
            asked("1w 5d", "<p>青色の入荷はいつ頃でしょうか。</p>"),
            noted(HANAKO, "1w 4d", "来月入荷予定。入荷したら連絡する。"),
        ),
    ),
    Story(
        id="jp0000e5",
        code="JPN-9E5-LP1",
        public_code="Jp0000E5dFgHjK13",
        subject="ログインできない件(解決済み)",
        owner=("渡辺 翔", "watanabe@rei.example"),
        department=JAPAN,
        status="R",
        assignee=ADAM,
        events=(
            asked("8d", "<p>ログインできません。</p>"),
            answered(ADAM, "7d 20h", "<p>パスワードを再設定しました。</p>"),
            asked("7d 18h", "<p>ログインできました。ありがとうございます。</p>"),
            resolved(ADAM, "7d 18h"),
        ),
    ),
)
