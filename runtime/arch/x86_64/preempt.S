// Where a goroutine goes on that a signal has interrupted in its own code and that is to give way:
// as if it had called golab_preempted there. All registers are the interrupted code's.

        .text

        .globl  golab_preempt_entry
        .hidden golab_preempt_entry
        .type   golab_preempt_entry, @function
golab_preempt_entry:
        // The signal's handler has stepped over the red zone and pushed where to go on.
        .cfi_startproc
        .cfi_def_cfa rsp, 8
        endbr64
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        pushfq
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        cld
        movq    %rsp, %rbx              // callee-saved: the registers above lie here
        subq    golab_xsave_size(%rip), %rsp
        andq    $-64, %rsp
        // The header that xsavec does not write whole must be zero.
        xorl    %eax, %eax
        leaq    512(%rsp), %rdi
        movl    $8, %ecx
        rep stosq
        movl    $-1, %eax
        movl    $-1, %edx
        xsavec  (%rsp)
        vzeroupper
        movq    %rsp, %r12
        call    golab_preempted
        movq    %r12, %rsp
        movl    $-1, %eax
        movl    $-1, %edx
        xrstor  (%rsp)
        movq    %rbx, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        popfq
        popq    %rbp
        .cfi_def_cfa rsp, 8
        ret     $128
        .cfi_endproc
        .size   golab_preempt_entry, .-golab_preempt_entry

        .section .note.GNU-stack,"",@progbits
