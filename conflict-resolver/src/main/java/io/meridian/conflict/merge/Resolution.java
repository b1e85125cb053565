package io.meridian.conflict.merge;

/** How the values of one column that were written concurrently come together. */
public sealed interface Resolution {
    /** With all such columns of the table: their last writer wins all of them, so that values that were written together stay together. */
    record LastWriter() implements Resolution {}

    /** By itself: its last writer wins it. */
    record ByColumn() implements Resolution {}

    /** The greatest stands, of numbers and of times as text. It never goes back but by delete and insert. */
    record Max() implements Resolution {}

    record Min() implements Resolution {}

    /** What each region added is added up. */
    record Counter() implements Resolution {}

    /**
     * An element is in until a removal that has seen every addition of it: adding wins over removing. The other way round an element that somebody just
     * put in would vanish by a removal that knew nothing of it.
     */
    record SetUnion() implements Resolution {}

    /** Values of which none has seen another are given to it, all at once; a later one that has seen them stands alone. */
    record Custom(ValueResolver resolver) implements Resolution {}
}
