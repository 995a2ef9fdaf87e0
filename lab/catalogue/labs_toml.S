/* labs.toml as bytes; GOLAB_LABS_TOML is its path. Read through EmbeddedLabsToml(). */
    .section .rodata
    .globl kGolabLabsToml
    .globl kGolabLabsTomlEnd
kGolabLabsToml:
    .incbin GOLAB_LABS_TOML
kGolabLabsTomlEnd:
    .byte 0
    .section .note.GNU-stack, "", %progbits
