@NullMarked
package io.meridian.conflict.orphan;

import org.jspecify.annotations.NullMarked;
