package io.github.matrixone.spring.jdbc;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.jdbc.datasource.ConnectionHolder;

/**
 * {@link RuntimeHintsRegistrar} for the driver, which pools make by the name of its
 * class, and for what tells whose transaction a connection is in.
 */
final class JdbcRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(MatrixOneDriver.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		hints.reflection()
			.registerType(ConnectionHolder.class,
					(type) -> type.withMethod("isTransactionActive", List.of(), ExecutableMode.INVOKE));
	}

}
