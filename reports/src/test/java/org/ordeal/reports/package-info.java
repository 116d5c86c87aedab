/** Tests of the reports, on runs that {@link org.ordeal.reports.SampleRun} makes up. */
@NullMarked
package org.ordeal.reports;

import org.jspecify.annotations.NullMarked;
