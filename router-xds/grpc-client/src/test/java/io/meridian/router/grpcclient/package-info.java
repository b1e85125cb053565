@NullMarked
package io.meridian.router.grpcclient;

import org.jspecify.annotations.NullMarked;
