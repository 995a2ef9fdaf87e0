/* labs.toml as bytes; GOLAB_LABS_TOML is its path. Read through EmbeddedLabsToml(). */
    .section .rodata
    .globl golab_labs_toml
    .globl golab_labs_toml_end
golab_labs_toml:
    .incbin GOLAB_LABS_TOML
golab_labs_toml_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
