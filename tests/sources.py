"""IR that several tests load."""

FIB = """
define i32 @fib(i32 %n) {
entry:
  %small = icmp slt i32 %n, 2
  br i1 %small, label %base, label %recurse
base:
  ret i32 %n                             ; mark: base
recurse:
  %n1 = sub i32 %n, 1
  %n2 = sub i32 %n, 2
  %f1 = call i32 @fib(i32 %n1)           ; mark: first
  %f2 = call i32 @fib(i32 %n2)
  %sum = add i32 %f1, %f2
  ret i32 %sum
}
"""


def constant(value: int, name: str = "f") -> str:
    return f"define i32 @{name}() {{\n  ret i32 {value}\n}}\n"


def caller(callee: str = "f", name: str = "g") -> str:
    return f"declare i32 @{callee}()\ndefine i32 @{name}() {{\n  %r = call i32 @{callee}()\n  ret i32 %r\n}}\n"


def constructor(callback: str) -> str:
    """Give IR that calls ``callback`` as it is loaded."""
    element = "{ i32, ptr, ptr }"
    table = f"[1 x {element}] [{element} {{ i32 65535, ptr @{callback}, ptr null }}]"
    return f"declare void @{callback}()\n@llvm.global_ctors = appending global {table}\n"
