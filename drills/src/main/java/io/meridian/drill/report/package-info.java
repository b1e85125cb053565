/** What a drill found, as JSON, Markdown and one HTML file. Start at {@link io.meridian.drill.report.Report}. */
@NullMarked
package io.meridian.drill.report;

import org.jspecify.annotations.NullMarked;
