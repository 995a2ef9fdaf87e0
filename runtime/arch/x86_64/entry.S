// The first frame of a goroutine, and calls that can be left from below.

        .text

// Resumed with rsp at the top of a fresh stack (8 bytes below a 16-byte border: the frame pointer
// slot is still there). Backtraces end here: rip is undefined, rbp is zero.
        .globl  golab_entry
        .hidden golab_entry
        .type   golab_entry, @function
golab_entry:
        .cfi_startproc
        .cfi_undefined rip
        endbr64
        addq    $8, %rsp                // drop the slot: rsp = 0 mod 16, as a call needs
        xorl    %ebp, %ebp
        call    golab_goroutine_main
        .globl  golab_entry_return      // for debuggers: who has not run yet was called from here
        .hidden golab_entry_return
golab_entry_return:
        ud2
        .cfi_endproc
        .size   golab_entry, .-golab_entry

// int golab_protected_call(Landing* rdi, void (*fn)(void*) rsi, void* arg rdx)
        .globl  golab_protected_call
        .hidden golab_protected_call
        .type   golab_protected_call, @function
golab_protected_call:
        .cfi_startproc
        .cfi_personality 0x9b, DW.ref.golab_frame_personality
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        .cfi_offset rbx, -24
        .cfi_offset r12, -32
        .cfi_offset r13, -40
        .cfi_offset r14, -48
        .cfi_offset r15, -56
        pushq   %rdi                    // keeps rsp = 0 mod 16
        movq    %rsp, (%rdi)
        movq    %rdx, %rdi
        call    *%rsi
        xorl    %eax, %eax
.Lprotected_return:
        leaq    -40(%rbp), %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   golab_protected_call, .-golab_protected_call

// void golab_land(Landing* rdi)
        .globl  golab_land
        .hidden golab_land
        .type   golab_land, @function
golab_land:
        .cfi_startproc
        .cfi_undefined rip
        endbr64
        movq    (%rdi), %rsp
        leaq    48(%rsp), %rbp
        movl    $1, %eax
        jmp     .Lprotected_return
        .cfi_endproc
        .size   golab_land, .-golab_land

// void golab_call_deferred(void (*fn)(void*) rdi, void* arg rsi)
        .globl  golab_call_deferred
        .hidden golab_call_deferred
        .type   golab_call_deferred, @function
golab_call_deferred:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        .globl  golab_deferred_return
        .hidden golab_deferred_return
golab_deferred_return:
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   golab_call_deferred, .-golab_call_deferred

// Where a fault goes on, as if the faulting instruction had called it; any alignment of the stack.
// void golab_call_at_fault(void (*fn)(uintptr_t) rdi, uintptr_t pc rsi), [[noreturn]]
        .globl  golab_call_at_fault
        .hidden golab_call_at_fault
        .type   golab_call_at_fault, @function
golab_call_at_fault:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        andq    $-16, %rsp
        movq    %rdi, %rax
        movq    %rsi, %rdi
        call    *%rax
        ud2
        .cfi_endproc
        .size   golab_call_at_fault, .-golab_call_at_fault

// The personality is referred to indirectly, so that the object stays position independent.
        .hidden DW.ref.golab_frame_personality
        .weak   DW.ref.golab_frame_personality
        .section .data.rel.local.DW.ref.golab_frame_personality,"awG",@progbits,DW.ref.golab_frame_personality,comdat
        .align  8
        .type   DW.ref.golab_frame_personality, @object
        .size   DW.ref.golab_frame_personality, 8
DW.ref.golab_frame_personality:
        .quad   golab_frame_personality

        .section .note.GNU-stack,"",@progbits
