; What runs in a process that crashes: it tells the helper process who crashed and with which registers, sends what the
; helper can't read itself, prints the text that comes back, and hands the signal on. No allocation, no locks of the C
; library, no Python; each wait has a deadline.
;
; Layouts are those of glibc on x86-64: struct sigaction is 152 bytes (handler 0, mask 8, flags 136); siginfo_t 128
; (si_code 8); ucontext_t has gregs, 23 of 8 bytes, at 40 (RSP is the 16th, RIP the 17th) and the signal mask at 296.

%record = type { i64, i32, i32, i32, i32, [128 x i8], [184 x i8] }  ; magic, pid, tid, signal, unused, siginfo, gregs

@helper = global [110 x i8] zeroinitializer       ; struct sockaddr_un of the helper's socket
@helper_size = global i32 0
@previous = global [65 x [152 x i8]] zeroinitializer  ; the actions that were there before, by signal
@python_frames = global ptr null                  ; faulthandler's, which writes to the descriptor below
@python_signal = global i32 0
@python_descriptor = global i32 -1

@owner = global i32 0             ; the thread that is reporting
@pending = global i32 0           ; how many threads have something to report
@connection = global i32 -1       ; the owner's
@returned_pc = global i64 -1      ; where an earlier handler that returned left the program to go on

@stack_key = global i32 0         ; of pthread_key_create, under which a thread has its signal stack
@spare_stack = global ptr null    ; that of a thread that has ended

@unreachable = constant [60 x i8] c"jitdbg: crash report: the helper process can't be reached.\0A\00"
@patience = constant { i64, i64 } { i64 10, i64 0 }  ; struct timeval
@maps = constant [16 x i8] c"/proc/self/maps\00"

declare i32 @getpid()
declare i32 @gettid()
declare i32 @tgkill(i32, i32, i32)
declare i64 @syscall(i64, ...)
declare i32 @socket(i32, i32, i32)
declare i32 @connect(i32, ptr, i32)
declare i64 @send(i32, ptr, i64, i32)
declare i64 @recv(i32, ptr, i64, i32)
declare i32 @setsockopt(i32, i32, i32, ptr, i32)
declare i32 @shutdown(i32, i32)
declare i32 @poll(ptr, i64, i32)
declare i32 @open(ptr, i32, ...)
declare i64 @read(i32, ptr, i64)
declare i64 @write(i32, ptr, i64)
declare i32 @close(i32)
declare i32 @dup3(i32, i32, i32)
declare i32 @sigaction(i32, ptr, ptr)
declare i32 @pthread_sigmask(i32, ptr, ptr)
declare ptr @__errno_location()
declare i32 @_Unwind_Backtrace(ptr, ptr)
declare i64 @_Unwind_GetIP(ptr)
declare i32 @sigaltstack(ptr, ptr)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @mprotect(ptr, i64, i32)
declare i32 @munmap(ptr, i64)
declare ptr @pthread_getspecific(i32)
declare i32 @pthread_setspecific(i32, ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

; Give the calling thread a signal stack whose lowest page can't be touched, unless it has one of ours, or there is no
; memory for one. A signal frame with AVX-512 takes 3 KiB, the unwinder and faulthandler some 20.
define void @cover() {
entry:
  %described = alloca [24 x i8], align 8           ; stack_t: pointer 0, flags 8, size 16
  %key = load i32, ptr @stack_key
  %own = call ptr @pthread_getspecific(i32 %key)
  %is.covered = icmp ne ptr %own, null
  br i1 %is.covered, label %done, label %find
find:
  %spare = atomicrmw xchg ptr @spare_stack, ptr null seq_cst
  %is.none = icmp eq ptr %spare, null
  br i1 %is.none, label %make, label %use
make:                                              ; readable and writable; private and anonymous
  %made = call ptr @mmap(ptr null, i64 98304, i32 3, i32 34, i32 -1, i64 0)
  %failed = icmp eq ptr %made, inttoptr (i64 -1 to ptr)
  br i1 %failed, label %done, label %guard
guard:
  %guarded = call i32 @mprotect(ptr %made, i64 4096, i32 0)
  br label %use
use:
  %stack = phi ptr [ %spare, %find ], [ %made, %guard ]
  %kept = call i32 @pthread_setspecific(i32 %key, ptr %stack)
  call void @llvm.memset.p0.i64(ptr %described, i8 0, i64 24, i1 false)
  store ptr %stack, ptr %described
  %size.at = getelementptr i8, ptr %described, i64 16
  store i64 98304, ptr %size.at
  %enabled = call i32 @sigaltstack(ptr %described, ptr null)
  br label %done
done:
  ret void
}

; Take back the signal stack of a thread that ends. One is kept for the next thread: threads often follow each other.
define void @release(ptr %stack) {
entry:
  %none = alloca [24 x i8], align 8                ; stack_t: pointer 0, flags 8, size 16
  call void @llvm.memset.p0.i64(ptr %none, i8 0, i64 24, i1 false)
  %flags.at = getelementptr i8, ptr %none, i64 8
  store i32 2, ptr %flags.at                       ; SS_DISABLE
  %disabled = call i32 @sigaltstack(ptr %none, ptr null)
  %other = atomicrmw xchg ptr @spare_stack, ptr %stack seq_cst
  %is.alone = icmp eq ptr %other, null
  br i1 %is.alone, label %done, label %drop
drop:
  %unmapped = call i32 @munmap(ptr %other, i64 98304)
  br label %done
done:
  ret void
}

define void @handle(i32 %signal, ptr %info, ptr %context) {
entry:
  %ignore = alloca [152 x i8], align 8
  %pipe = alloca [152 x i8], align 8
  %errno = call ptr @__errno_location()
  %error = load i32, ptr %errno
  %pc.at = getelementptr i8, ptr %context, i64 168
  %pc = load i64, ptr %pc.at
  %code.at = getelementptr i8, ptr %info, i64 8
  %code = load i32, ptr %code.at
  %is.fault = icmp sgt i32 %code, 0
  %was.sent = xor i1 %is.fault, true
  %before = getelementptr [65 x [152 x i8]], ptr @previous, i64 0, i32 %signal
  %handler = load i64, ptr %before
  %was.ignored = icmp eq i64 %handler, 1           ; SIG_IGN; of a fault the kernel takes no notice of that
  %is.nothing = and i1 %was.sent, %was.ignored
  br i1 %is.nothing, label %done, label %happened
happened:
  %returned = load i64, ptr @returned_pc
  %is.same = icmp eq i64 %returned, %pc
  %is.known = and i1 %is.fault, %is.same
  br i1 %is.known, label %hand.on, label %tell
tell:                                              ; standard error may be a pipe that nobody reads
  call void @llvm.memset.p0.i64(ptr %ignore, i8 0, i64 152, i1 false)
  store i64 1, ptr %ignore                         ; SIG_IGN
  %ignored = call i32 @sigaction(i32 13, ptr %ignore, ptr %pipe)
  call void @tell(i32 %signal, ptr %info, ptr %context)
  %restored = call i32 @sigaction(i32 13, ptr %pipe, ptr null)
  br label %hand.on
hand.on:
  call void @chain(i32 %signal, ptr %info, ptr %context)
  store i64 %pc, ptr @returned_pc
  br label %done
done:
  store i32 %error, ptr %errno
  ret void
}

; Report, one thread at a time; who crashes within its own report finishes it without what was to be sent.
define internal void @tell(i32 %signal, ptr %info, ptr %context) {
entry:
  %thread = call i32 @gettid()
  %now = load atomic i32, ptr @owner seq_cst, align 4
  %is.nested = icmp eq i32 %now, %thread
  br i1 %is.nested, label %finish, label %queue
queue:
  %before = atomicrmw add ptr @pending, i32 1 seq_cst
  br label %try
try:
  %got = cmpxchg ptr @owner, i32 0, i32 %thread seq_cst seq_cst
  %was = extractvalue { i32, i1 } %got, 0
  %is.ours = extractvalue { i32, i1 } %got, 1
  br i1 %is.ours, label %report, label %taken
taken:
  %in.time = call i1 @wait_while(ptr @owner, i32 %was)
  br i1 %in.time, label %try, label %late
late:
  %without = atomicrmw sub ptr @pending, i32 1 seq_cst
  ret void
report:
  call void @report(i32 %signal, ptr %info, ptr %context, i32 %thread)
  br label %finish
finish:
  call void @show()
  %after = atomicrmw sub ptr @pending, i32 1 seq_cst
  store atomic i32 0, ptr @owner seq_cst, align 4
  call void @wake(ptr @owner)
  call void @wake(ptr @pending)
  br label %others
others:                                            ; the process lives until all have reported
  %left = load atomic i32, ptr @pending seq_cst, align 4
  %is.last = icmp sle i32 %left, 0
  br i1 %is.last, label %out, label %wait
wait:
  %again = call i1 @wait_while(ptr @pending, i32 %left)
  br i1 %again, label %others, label %out
out:
  ret void
}

define internal void @report(i32 %signal, ptr %info, ptr %context, i32 %thread) {
entry:
  %record = alloca %record
  %answer = alloca i8
  %fd = call i32 @connected()
  store i32 %fd, ptr @connection
  %is.refused = icmp slt i32 %fd, 0
  br i1 %is.refused, label %complain, label %introduce
complain:
  %said = call i64 @write(i32 2, ptr @unreachable, i64 59)
  ret void
introduce:
  call void @llvm.memset.p0.i64(ptr %record, i8 0, i64 336, i1 false)
  store i64 6071247444961945962, ptr %record       ; "jitdbgAT"
  %process = call i32 @getpid()
  %pid.at = getelementptr %record, ptr %record, i32 0, i32 1
  store i32 %process, ptr %pid.at
  %tid.at = getelementptr %record, ptr %record, i32 0, i32 2
  store i32 %thread, ptr %tid.at
  %signal.at = getelementptr %record, ptr %record, i32 0, i32 3
  store i32 %signal, ptr %signal.at
  %info.at = getelementptr %record, ptr %record, i32 0, i32 5
  call void @llvm.memcpy.p0.p0.i64(ptr %info.at, ptr %info, i64 128, i1 false)
  %gregs.at = getelementptr %record, ptr %record, i32 0, i32 6
  %gregs = getelementptr i8, ptr %context, i64 40
  call void @llvm.memcpy.p0.p0.i64(ptr %gregs.at, ptr %gregs, i64 184, i1 false)
  call void @put(i32 %fd, ptr %record, i64 336)
  store i8 0, ptr %answer
  %heard = call i64 @get(i32 %fd, ptr %answer, i64 1)
  %wish = load i8, ptr %answer
  %is.blind = icmp eq i8 %wish, 70                 ; "F": the helper may not read this process: send it all
  br i1 %is.blind, label %send, label %python
send:
  call void @send_file(i32 %fd, ptr @maps)
  store i8 0, ptr %answer
  call void @put(i32 %fd, ptr %answer, i64 1)
  store i32 %fd, ptr %tid.at
  %walked = call i32 @_Unwind_Backtrace(ptr @send_frame, ptr %tid.at)
  call void @llvm.memset.p0.i64(ptr %record, i8 0, i64 8, i1 false)
  call void @put(i32 %fd, ptr %record, i64 8)
  br label %python
python:
  %frames = load ptr, ptr @python_frames
  %is.native = icmp eq ptr %frames, null
  %is.deaf = icmp sle i64 %heard, 0                ; and then a write would raise SIGPIPE
  %is.less = or i1 %is.native, %is.deaf
  br i1 %is.less, label %out, label %dump
dump:
  %descriptor = load i32, ptr @python_descriptor
  %same = call i32 @dup3(i32 %fd, i32 %descriptor, i32 524288)
  %number = load i32, ptr @python_signal
  call void %frames(i32 %number)
  br label %out
out:
  ret void
}

define internal i32 @send_frame(ptr %context, ptr %fd.at) {
entry:
  %pc = alloca i64
  %value = call i64 @_Unwind_GetIP(ptr %context)
  store i64 %value, ptr %pc
  %fd = load i32, ptr %fd.at
  call void @put(i32 %fd, ptr %pc, i64 8)
  ret i32 0                                        ; _URC_NO_REASON: go on
}

; Print what the helper answers until it is done, or silent for too long.
define internal void @show() {
entry:
  %text = alloca [2048 x i8]
  %fd = load i32, ptr @connection
  %is.none = icmp slt i32 %fd, 0
  br i1 %is.none, label %out, label %begin
begin:
  %ended = call i32 @shutdown(i32 %fd, i32 1)      ; SHUT_WR
  br label %more
more:
  %is.silent = phi i1 [ true, %begin ], [ false, %print ]
  %size = call i64 @get(i32 %fd, ptr %text, i64 2048)
  %is.end = icmp sle i64 %size, 0
  br i1 %is.end, label %finished, label %print
print:
  %printed = call i64 @write(i32 2, ptr %text, i64 %size)
  br label %more
finished:
  br i1 %is.silent, label %complain, label %close
complain:
  %said = call i64 @write(i32 2, ptr @unreachable, i64 59)
  br label %close
close:
  store i32 -1, ptr @connection
  %closed = call i32 @close(i32 %fd)
  br label %out
out:
  ret void
}

; Hand the signal on to whoever handled it before.
define internal void @chain(i32 %signal, ptr %info, ptr %context) {
entry:
  %mask = alloca [128 x i8], align 8
  %before = alloca [128 x i8], align 8
  %action = getelementptr [65 x [152 x i8]], ptr @previous, i64 0, i32 %signal
  %handler = load ptr, ptr %action
  %address = ptrtoint ptr %handler to i64
  %is.constant = icmp ult i64 %address, 2          ; SIG_DFL, SIG_IGN
  br i1 %is.constant, label %default, label %call
default:
  call void @end(i32 %signal, ptr %info)
  br label %out
call:
  ; What the kernel blocks for it: so one that crashes itself ends the process, and one that jumps away has all restored.
  %mask.at = getelementptr i8, ptr %action, i64 8
  call void @llvm.memcpy.p0.p0.i64(ptr %mask, ptr %mask.at, i64 128, i1 false)
  %flags.at = getelementptr i8, ptr %action, i64 136
  %flags = load i32, ptr %flags.at
  %nodefer = and i32 %flags, 1073741824            ; SA_NODEFER
  %defers = icmp eq i32 %nodefer, 0
  %own = zext i1 %defers to i64
  %number = zext i32 %signal to i64
  %place = sub i64 %number, 1
  %bit = shl i64 %own, %place
  %others = load i64, ptr %mask
  %all = or i64 %others, %bit
  store i64 %all, ptr %mask
  %blocked = call i32 @pthread_sigmask(i32 0, ptr %mask, ptr %before)
  %siginfo = and i32 %flags, 4                     ; SA_SIGINFO
  %is.plain = icmp eq i32 %siginfo, 0
  br i1 %is.plain, label %plain, label %full
plain:
  call void %handler(i32 %signal)
  br label %came.back
full:
  call void %handler(i32 %signal, ptr %info, ptr %context)
  br label %came.back
came.back:
  %unblocked = call i32 @pthread_sigmask(i32 2, ptr %before, ptr null)
  br label %out
out:
  ret void
}

; Let the system do what it does by default, as the interrupted code goes on: then a core dump shows that code, not this.
define internal void @end(i32 %signal, ptr %info) {
entry:
  %action = alloca [152 x i8], align 8
  %mask = alloca [128 x i8], align 8
  call void @llvm.memset.p0.i64(ptr %action, i8 0, i64 152, i1 false)
  %set = call i32 @sigaction(i32 %signal, ptr %action, ptr null)
  %code.at = getelementptr i8, ptr %info, i64 8
  %code = load i32, ptr %code.at
  %is.fault = icmp sgt i32 %code, 0
  br i1 %is.fault, label %out, label %again
again:                                             ; what was sent does not come by itself a second time
  call void @llvm.memset.p0.i64(ptr %mask, i8 0, i64 128, i1 false)
  %number = zext i32 %signal to i64
  %place = sub i64 %number, 1
  %bit = shl i64 1, %place
  store i64 %bit, ptr %mask
  %blocked = call i32 @pthread_sigmask(i32 0, ptr %mask, ptr null)
  %process = call i32 @getpid()
  %thread = call i32 @gettid()
  %sent = call i32 @tgkill(i32 %process, i32 %thread, i32 %signal)
  br label %out
out:
  ret void
}

define internal i32 @connected() {
entry:
  %fd = call i32 @socket(i32 1, i32 524289, i32 0) ; AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC
  %is.none = icmp slt i32 %fd, 0
  br i1 %is.none, label %none, label %reach
reach:
  %limited = call i32 @setsockopt(i32 %fd, i32 1, i32 21, ptr @patience, i32 16)  ; SOL_SOCKET, SO_SNDTIMEO: connect too
  %size = load i32, ptr @helper_size
  %failed = call i32 @connect(i32 %fd, ptr @helper, i32 %size)
  %is.refused = icmp ne i32 %failed, 0
  br i1 %is.refused, label %refused, label %there
refused:
  %closed = call i32 @close(i32 %fd)
  br label %none
none:
  ret i32 -1
there:
  ret i32 %fd
}

define internal void @send_file(i32 %fd, ptr %path) {
entry:
  %text = alloca [2048 x i8]
  %file = call i32 (ptr, i32, ...) @open(ptr %path, i32 524288)
  br label %more
more:
  %size = call i64 @read(i32 %file, ptr %text, i64 2048)
  %is.end = icmp sle i64 %size, 0
  br i1 %is.end, label %out, label %some
some:
  call void @put(i32 %fd, ptr %text, i64 %size)
  br label %more
out:
  %closed = call i32 @close(i32 %file)
  ret void
}

define internal void @put(i32 %fd, ptr %data, i64 %size) {
entry:
  br label %more
more:
  %done = phi i64 [ 0, %entry ], [ %after, %sent ]
  %rest = sub i64 %size, %done
  %at = getelementptr i8, ptr %data, i64 %done
  %count = call i64 @send(i32 %fd, ptr %at, i64 %rest, i32 16384)  ; MSG_NOSIGNAL
  %is.broken = icmp sle i64 %count, 0
  br i1 %is.broken, label %out, label %sent
sent:
  %after = add i64 %done, %count
  %is.all = icmp uge i64 %after, %size
  br i1 %is.all, label %out, label %more
out:
  ret void
}

define internal i64 @get(i32 %fd, ptr %data, i64 %size) {
entry:
  %wait = alloca { i32, i16, i16 }                 ; struct pollfd
  store i32 %fd, ptr %wait
  %events = getelementptr { i32, i16, i16 }, ptr %wait, i32 0, i32 1
  store i16 1, ptr %events                         ; POLLIN
  %is.ready = call i32 @poll(ptr %wait, i64 1, i32 10000)
  %is.late = icmp sle i32 %is.ready, 0
  br i1 %is.late, label %late, label %ready
ready:
  %count = call i64 @recv(i32 %fd, ptr %data, i64 %size, i32 0)
  ret i64 %count
late:
  ret i64 -1
}

; Wait while a word has a value (futex(2)); false where nothing changed in ten seconds.
define internal i1 @wait_while(ptr %word, i32 %value) {
entry:
  %deadline = alloca { i64, i64 }                  ; struct timespec
  store { i64, i64 } { i64 10, i64 0 }, ptr %deadline
  %waited = call i64 (i64, ...) @syscall(i64 202, ptr %word, i32 128, i32 %value, ptr %deadline)
  %now = load atomic i32, ptr %word seq_cst, align 4
  %has.changed = icmp ne i32 %now, %value
  ret i1 %has.changed
}

define internal void @wake(ptr %word) {
entry:
  %woken = call i64 (i64, ...) @syscall(i64 202, ptr %word, i32 129, i32 2147483647)
  ret void
}
