package io.github.matrixone.spring.branch;

import java.util.List;

import reactor.core.publisher.Flux;

/**
 * Looks at data before it is published by {@link ReactiveBranchOperations#publish},
 * without blocking. Checks are beans, and run in their order, one after the other.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReactiveBranchCheck {

	/**
	 * Look at the tables as they will be when the merge is committed. What is subscribed
	 * to as part of the returned flow runs in the transaction of the merge, in which
	 * repositories and {@code DatabaseClient} see what was merged; {@code block()},
	 * {@code subscribe()} and JDBC look at what was there before. On v4.2.0 nulls that
	 * the merge has brought may be read as 0 or as an empty text in it.
	 * @param published what was merged
	 * @return what is wrong, in sentences for those who have to put it right; empty to
	 * agree
	 */
	Flux<String> check(List<BranchDiff> published);

	/**
	 * Return the name by which findings are reported.
	 * @return the name of the class, unless overridden
	 */
	default String name() {
		return getClass().getSimpleName();
	}

}
