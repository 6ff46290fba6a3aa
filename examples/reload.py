"""Hot reload: a function handle and another dylib's calls follow, whoever is in the old code stays there."""

from jitdbg import Engine

PRICE = "define i32 @price() {{ ret i32 {} }}\n"
BILL = """
declare i32 @price()

define i32 @bill(i32 %count) {
  %each = call i32 @price()
  %sum = mul i32 %each, %count
  ret i32 %sum
}
"""

with Engine(debug="auto") as engine:
    prices = engine.load(PRICE.format(5), name="prices")
    bills = engine.load(BILL, name="bills")
    price, bill = prices.function("price"), bills.function("bill")
    print(f"generation {prices.generation}: price() = {price()}, bill(3) = {bill(3)}")

    engine.reload(prices, PRICE.format(7))
    print(f"generation {prices.generation}: price() = {price()}, bill(3) = {bill(3)}")
