package io.github.matrixone.spring.boot.test.sandbox;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a test, or all tests of a class, a database of its own: a zero-copy clone of the
 * migrated one. The application's data source leads to it without a change to entities or
 * SQL, also for requests that run on other threads; what is committed is gone after the
 * test. The application context stays cached.
 *
 * <p>
 * Flyway, Liquibase, {@code schema.sql} and Hibernate's {@code ddl-auto} run on an empty
 * database, once as long as they stay the same: what they have made is kept on the server
 * as a template. Each application context starts on a clone of it, its base, and each
 * sandbox is a clone of the base, so that it holds as well what the application itself
 * has written at its start. Where nothing makes a schema, the database of the URL is the
 * template. Neither the template nor the base nor the database of the URL can be reached
 * by a test.
 *
 * <p>
 * A sandbox sends {@code CREATE DATABASE … CLONE …} before the test and
 * {@code DROP DATABASE} after it, on connections of its own; the drop while the next test
 * runs. Between sandboxes no connection is given.
 *
 * @since 0.1
 * @see Sandbox
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.TYPE, ElementType.METHOD })
public @interface MatrixOneSandbox {

	/**
	 * How long a sandbox lives.
	 * @return the scope
	 */
	SandboxScope scope() default SandboxScope.PER_METHOD;

	/**
	 * Name of a database to clone in place of a template of what Flyway and the like
	 * make. They still run, on the clone with which an application context begins.
	 * @return the name, or nothing
	 */
	String template() default "";

	/**
	 * Whether to keep the database of a test that fails. Its name is logged.
	 * {@code matrixone.sandbox.keep-on-failure=true} does so for all.
	 * @return whether to keep it
	 */
	boolean keepOnFailure() default false;

	/**
	 * Whether no other sandbox of the same application context may be open at the same
	 * time, so that threads other than the test's are known to belong to it. Always so
	 * where the application has a running web server. Others wait for their turn, and a
	 * nested class is refused that would wait for the end of the class around it.
	 * @return whether to be alone
	 */
	boolean exclusive() default false;

}
