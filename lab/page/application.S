/* The page's application as bytes; its folder is among those of includes. Read through BuiltInApplication(). */
    .section .rodata
.macro golab_page_file symbol, name
    .globl \symbol
    .globl \symbol\()End
\symbol:
    .incbin "\name"
\symbol\()End:
    .byte 0
.endm
golab_page_file kGolabPageScript, script.js
golab_page_file kGolabPageScriptHash, script.sha256
golab_page_file kGolabPageStyle, style.css
golab_page_file kGolabPageStyleHash, style.sha256
golab_page_file kGolabPageNotices, notices.txt
golab_page_file kGolabPageMissing, missing.txt
    .section .note.GNU-stack, "", %progbits
