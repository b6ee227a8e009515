"""Terms and conditions that several parts of the facts share."""

ALGORITHM_TYPES = ("生成合成类", "个性化推送类", "排序精选类", "检索过滤类", "调度决策类")
"""推荐规定 art 2. The word is 推送, not 推荐."""

PROVIDER, SUPPORTER = "服务提供者", "服务技术支持者"
"""深度合成 roles, deep-2023/art19."""

MODALITIES = ("文本", "图像", "音频", "视频", "三维场景", "结构化数据")

SERVICE_FORMS = ("网站", "APP", "小程序", "公众号", "API", "智能终端", "其他")

PORTAL = "practice/form-algorithm"
IS_SUPPORTER = {"path": "algorithm.role", "is": SUPPORTER}


def when_type(term: str) -> dict[str, str]:
    return {"path": "algorithm.types", "has": term}
