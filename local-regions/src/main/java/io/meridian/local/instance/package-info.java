/** What a run is on disk: its folders, its {@code instance.json}, its secrets, and what must be true of the machine before it starts. */
@NullMarked
package io.meridian.local.instance;

import org.jspecify.annotations.NullMarked;
