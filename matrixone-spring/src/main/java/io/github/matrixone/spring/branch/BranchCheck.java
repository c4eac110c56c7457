package io.github.matrixone.spring.branch;

import java.util.List;

/**
 * Looks at data before it is published by {@link BranchOperations#publish}. Checks are
 * beans, and run in their order.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BranchCheck {

	/**
	 * Look at the tables as they will be when the merge is committed. This runs in the
	 * transaction of the merge, in which repositories and SQL see what was merged. On
	 * v4.2.0 nulls that it has brought may be read as 0 or as an empty text in it.
	 * @param published what was merged
	 * @return what is wrong, in sentences for those who have to put it right; empty to
	 * agree
	 */
	List<String> check(List<BranchDiff> published);

	/**
	 * Return the name by which findings are reported.
	 * @return the name of the class, unless overridden
	 */
	default String name() {
		return getClass().getSimpleName();
	}

}
