package io.github.matrixone.spring.control;

import reactor.core.publisher.Mono;

import io.github.matrixone.spring.sql.TableName;

/**
 * Control commands to the server's storage, without blocking: what
 * {@link ControlOperations} does, with the same statements and errors. They change no
 * rows, may be used in a transaction and are not undone by a rollback. Nothing is done
 * before the subscription. Inject this, and mock it in tests;
 * {@link ReactiveControlTemplate} does it.
 *
 * <p>
 * Only an administrator of the sys account may use them; others get a
 * {@link io.github.matrixone.spring.dao.MissingPrivilegeException}.
 *
 * @since 0.1
 * @see ReactiveControlTemplate
 */
public interface ReactiveControlOperations {

	/**
	 * Write a table's committed rows from memory to storage with
	 * {@code SELECT mo_ctl('dn', 'flush', 'd.t') FROM mo_catalog.mo_database WHERE …}.
	 * @param table the table
	 * @return completes when it is done
	 * @throws io.github.matrixone.spring.dao.TableNotFoundException if there is no such
	 * table
	 * @throws io.github.matrixone.spring.dao.UnsupportedByServerException if a name has a
	 * dot in it, which the server would take for the end of the database's name
	 */
	Mono<Void> flushTable(TableName table);

	/**
	 * Take an incremental checkpoint with {@code SELECT mo_ctl('dn', 'checkpoint', '')}.
	 * @return completes when it is done
	 */
	Mono<Void> checkpoint();

	/**
	 * Take a global checkpoint with {@code SELECT mo_ctl('dn', 'globalcheckpoint', '')}.
	 * @return completes when it is done
	 */
	Mono<Void> globalCheckpoint();

}
