package io.github.matrixone.spring.dao;

import java.lang.ref.WeakReference;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * What Hibernate has made of an error. Spring hands a translator what the driver has
 * thrown, and applications look for Hibernate's exception among the causes, such as for
 * the name of a violated constraint. Thread-safe: each thread has its last error.
 *
 * @since 0.1
 */
public final class HibernateErrors {

	private static final ThreadLocal<@Nullable WeakReference<RuntimeException>> last = new ThreadLocal<>();

	private HibernateErrors() {
	}

	/**
	 * Take note of what was made of an error.
	 * @param made the exception, whose cause is the error
	 */
	public static void made(RuntimeException made) {
		last.set(new WeakReference<>(made));
	}

	/**
	 * Return what was made of an error, or the error itself.
	 */
	static Exception of(SQLException ex) {
		WeakReference<RuntimeException> reference = last.get();
		RuntimeException made = (reference != null) ? reference.get() : null;
		return (made != null && made.getCause() == ex) ? made : ex;
	}

}
