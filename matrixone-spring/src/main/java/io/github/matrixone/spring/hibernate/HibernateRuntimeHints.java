package io.github.matrixone.spring.hibernate;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * {@link RuntimeHintsRegistrar} for the dialect, which Hibernate makes by the name of its
 * class where a setting names it.
 */
final class HibernateRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		if (ClassUtils.isPresent("org.hibernate.dialect.MySQLDialect", classLoader)) {
			hints.reflection()
				.registerTypeIfPresent(classLoader, "io.github.matrixone.spring.hibernate.MatrixOneDialect",
						MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}
	}

}
