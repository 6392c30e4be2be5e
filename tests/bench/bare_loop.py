"""The yardstick of `bench_run`: as many typed `create()` calls, as many at once, and nothing else."""

from __future__ import annotations

import asyncio
import sys

from openai import AsyncOpenAI, DefaultAioHttpClient


async def main(url: str, calls: int, at_once: int) -> None:
    import httpx2

    limits = httpx2.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    client = AsyncOpenAI(base_url=url, api_key="none", http_client=DefaultAioHttpClient(limits=limits))
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            place = f"the town of Exampleton number {number}"
            question = f"Explain why a bypass around {place} does more good than harm."
            answer = await client.chat.completions.create(
                model="m",
                messages=[{"role": "user", "content": question}],
                temperature=0.1,
                top_p=0.9,
                max_tokens=4096,
            )
            assert answer.choices[0].message.content

    await asyncio.gather(*(work() for _ in range(at_once)))
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
