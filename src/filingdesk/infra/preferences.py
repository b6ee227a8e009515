"""What a person may choose about the program, each declared once: its words, its choices, its default."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["choice", "folder"]
GROUPS = ("外观", "打开与关闭", "填写与导出", "备份")


@dataclass(frozen=True)
class Choice:
    """One value as it is stored, and as a person reads it."""

    value: str
    title: str


@dataclass(frozen=True)
class Preference:
    """One thing to choose. `words`: further words under which it is looked for; a `folder` holds a path, blank is its default."""

    key: str
    group: str
    title: str
    help: str
    default: str
    choices: tuple[Choice, ...] = ()
    kind: Kind = "choice"
    words: str = ""

    def accepts(self, value: str) -> bool:
        """Whether a stored value means something to this program."""
        return self.kind == "folder" or any(choice.value == value for choice in self.choices)


THEME, TEXT, MOTION = "theme", "text", "motion"
START, RUNNING, ATTENTION = "start", "running", "attention"
PASTE, OUT_FOLDER = "paste", "out_folder"
BACKUPS = "backups"

PREFERENCES: tuple[Preference, ...] = (
    Preference(
        THEME,
        "外观",
        "浅色或深色",
        "跟随系统时，系统一换就跟着换。",
        "system",
        (Choice("system", "跟随系统"), Choice("light", "浅色"), Choice("dark", "深色")),
        words="外观 主题 夜间 黑色 白色 颜色",
    ),
    Preference(
        TEXT,
        "外观",
        "文字大小",
        "整个窗口的文字；还要更大，请调系统的显示缩放。",
        "100",
        (Choice("100", "标准"), Choice("115", "大"), Choice("130", "特大")),
        words="字号 字体 缩放 放大 缩小",
    ),
    Preference(
        MOTION,
        "外观",
        "动态效果",
        "减少后，菜单直接出现，等待中的进度条不再来回移动。",
        "system",
        (Choice("system", "跟随系统"), Choice("less", "减少"), Choice("full", "保留")),
        words="动画 减弱 闪烁",
    ),
    Preference(
        START,
        "打开与关闭",
        "启动时",
        "上次的项目不在了，或没有上次的项目，就显示开始页。",
        "start",
        (Choice("start", "显示开始页"), Choice("last", "打开上次的项目")),
        words="开机 自动打开 最近",
    ),
    Preference(
        RUNNING,
        "打开与关闭",
        "关闭时还有工作在做",
        "关闭会停下扫描、导出这样的工作；填写的内容总是已经保存。",
        "ask",
        (Choice("ask", "先问我"), Choice("stop", "直接停下")),
        words="退出 任务 询问",
    ),
    Preference(
        ATTENTION,
        "打开与关闭",
        "长的工作做完时",
        "您正在用别的程序时，让任务栏上的图标提醒一下。",
        "tell",
        (Choice("tell", "提醒"), Choice("quiet", "不提醒")),
        words="通知 任务栏 扫描 完成",
    ),
    Preference(
        PASTE,
        "填写与导出",
        "从 Word 或网页粘贴长文字",
        "保留格式时，标题、列表和表格会变成这个字段能排的格式。",
        "format",
        (Choice("format", "保留格式"), Choice("plain", "只要文字")),
        words="剪贴板 纯文本",
    ),
    Preference(
        OUT_FOLDER,
        "填写与导出",
        "文书和提交包默认放在",
        "没有选择时，放在项目文件所在的文件夹。导出前都还能改。",
        "",
        kind="folder",
        words="导出位置 保存路径 文件夹 目录",
    ),
    Preference(
        BACKUPS,
        "备份",
        "最近的备份留几份",
        "每天第一次修改前、导入和升级前自动备份，放在项目旁的“备份”文件夹；另外，近 30 天每天最早的一份总会留着。",
        "10",
        (Choice("5", "5 份"), Choice("10", "10 份"), Choice("30", "30 份")),
        words="恢复 副本",
    ),
)
BY_KEY = {preference.key: preference for preference in PREFERENCES}
