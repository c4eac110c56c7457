package io.github.matrixone.spring.contract.concurrency;

import org.springframework.data.jpa.repository.JpaRepository;

interface EntryRepository extends JpaRepository<Entry, Integer> {

}
