@NullMarked
package io.meridian.conflict.merge;

import org.jspecify.annotations.NullMarked;
